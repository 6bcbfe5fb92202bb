"""Organisations, people and places: the only tables components may point at."""
