"""Where media lie: whole blobs under their hash, parts in quarantine, who needs them, how much."""
