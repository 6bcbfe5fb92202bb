"""What a restored node does before it may publish: find out what it has said, and take it back.

`copies` is the peers' side, `asking` speaks to them, `taking` verifies and applies what they give
back, `scopes` says again what nobody heard, `epochs` begins anew when nobody can tell, and
`state` keeps how far it is. Specification: docs/protocol/feeds.md.
"""
