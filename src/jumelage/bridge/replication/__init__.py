"""How a node copies the feeds of its peers over a long, sometimes broken line."""
