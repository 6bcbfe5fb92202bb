"""Assembles a node from its layers; nobody imports it."""
