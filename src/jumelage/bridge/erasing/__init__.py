"""Erasure that reaches every holder: the entry, the ledger, the receipts, the live files."""
