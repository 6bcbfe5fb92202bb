"""Tests of the bridge's pages."""
