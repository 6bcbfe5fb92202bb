"""Reviewing together: what both cities look at, who moves it, what was said meanwhile."""
