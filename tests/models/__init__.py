"""Models of the bridge: three cities in memory that run the real code, and a Promela model."""
