"""A page with every element of the look, for tests and for people who change the styles."""
