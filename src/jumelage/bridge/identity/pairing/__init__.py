"""Pairing: two people, eight words, and nothing trusted before both confirm.

`services` is what people do, `telling` how the nodes keep each other up to date, `states` the
table of what can happen, `messages` the signed texts, `words` the eight words. Specification:
docs/protocol/pairing.md.
"""
