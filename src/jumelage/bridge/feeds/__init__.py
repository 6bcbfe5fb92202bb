"""The signed, hash-chained feeds: writing, verifying and applying entries."""
