"""What the command line says about the bridge: keys, leaving, bundles."""
