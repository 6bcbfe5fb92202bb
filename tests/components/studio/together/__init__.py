"""Tests of reviewing together."""
