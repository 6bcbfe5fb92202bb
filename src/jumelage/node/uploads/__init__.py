"""Large files from a browser, taken as they come: no other request of the node may be so large."""
