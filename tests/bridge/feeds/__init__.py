"""Tests of the signed feeds."""
