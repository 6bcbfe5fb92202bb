"""Watches the node: what is ready, what is measured, what is wrong and who must be told."""
