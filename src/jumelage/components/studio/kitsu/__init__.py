"""Kitsu's dialect: the addresses, rows and events that tools made for Kitsu already speak.

Written from its documentation and from recorded shapes (docs/protocol/kitsu.md); no code of
Zou or gazu is in it.
"""
