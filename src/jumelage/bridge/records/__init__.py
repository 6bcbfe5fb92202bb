"""What the bridge itself says: receipts, proofs, epochs, snapshots."""
