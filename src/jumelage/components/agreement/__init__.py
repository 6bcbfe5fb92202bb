"""The heart: agreements, their commitments, and the evidence both cities confirm."""
