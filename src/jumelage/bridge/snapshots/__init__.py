"""Snapshots: a signed summary of a feed, for cities that join late and nodes that live long.

`take` says a snapshot, `kept` is what it vouches for, `join` copies by it, `compact` deletes
what lies behind it. Specification: docs/protocol/feeds.md, “Snapshots”.
"""
