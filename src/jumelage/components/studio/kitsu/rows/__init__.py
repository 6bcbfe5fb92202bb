"""Rows of the dialect: what is held here, under Kitsu's names and with its types."""
