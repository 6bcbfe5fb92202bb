"""Pages of the agreement; each public one has its JSON twin."""
