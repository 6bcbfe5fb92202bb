"""Cleaning of what people type about productions."""
