"""Who may do what in the studio."""

from jumelage.directory.policy import Verbs

verbs: Verbs = {}
