"""Measurements of the real product path; each module prints one JSON line."""
