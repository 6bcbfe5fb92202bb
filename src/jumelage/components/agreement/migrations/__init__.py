"""Migrations of the agreement."""
