"""Tests of what becomes of files."""
