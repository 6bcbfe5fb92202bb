"""The vocabulary every layer shares; imports Django and the standard library only."""
