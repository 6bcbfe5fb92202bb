"""Debian's Janus, started and driven by the node: `jumelage up --with janus`."""
