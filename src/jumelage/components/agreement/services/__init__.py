"""What one can do with an agreement."""
