"""The glass wall, the switch and the audit feed: what crossed, and what people decided."""
