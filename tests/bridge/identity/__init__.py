"""Tests of keys, request signatures and pairing."""
