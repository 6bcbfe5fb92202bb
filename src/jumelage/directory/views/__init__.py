"""Pages of the directory; each public one has its JSON twin."""
