"""The commands that look after the bridge."""
