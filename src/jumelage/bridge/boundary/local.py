"""Feeds that no peer may ever read: signed and chained like any other, served to nobody.

`home` holds what belongs to this city alone until somebody opens it to another, so that there is
one path for every write; `audit` holds what people and the node itself decided.
"""

HOME = "home"
AUDIT = "audit"
LOCAL = (HOME, AUDIT)
