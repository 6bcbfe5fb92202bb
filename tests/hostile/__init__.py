"""A hostile twin: a real paired city with its own key that says and asks what it should not."""
