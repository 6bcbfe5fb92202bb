"""Tests of bridge.recovery."""
