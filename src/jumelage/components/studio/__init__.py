"""The production studio of two cities."""
