"""How a node changes its signing key and keeps its name.

`statements` are pure, `records` keep them, `services` are what people do, `telling` brings
them to the peers. Specification: docs/protocol/keys.md.
"""
