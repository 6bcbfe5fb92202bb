"""Keys, signatures and pairing: who speaks, and how two cities learn to trust each other."""
