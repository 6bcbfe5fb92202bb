"""Tests of where media lie."""
