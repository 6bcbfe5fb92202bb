"""Calls: what they come to, who is let in, what is measured."""
