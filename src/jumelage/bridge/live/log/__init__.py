"""The log of a session: its order, its tables, and how acts become durable before they are told."""
