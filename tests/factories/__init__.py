"""Factories, one module a component."""
