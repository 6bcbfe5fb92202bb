"""Cleaning of what people type about the agreement."""
