"""Everything that crosses the ocean; `bridge.api` is the only door."""
