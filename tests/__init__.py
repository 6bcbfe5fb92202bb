"""The tests mirror src/jumelage."""
