"""Practices: what works in one city, offered to the other."""
