"""Tests of what a delivery consists of."""
