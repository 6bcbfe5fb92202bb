"""Open formats of the agreement and its activity."""
