"""Documents given as evidence: what they really are."""
