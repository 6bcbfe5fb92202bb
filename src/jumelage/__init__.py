"""Jumelage runs a sister-city agreement between sovereign city nodes."""

__version__ = "0.2.0"
