"""The addresses that other nodes call."""
