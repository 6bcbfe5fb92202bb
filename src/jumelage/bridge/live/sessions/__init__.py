"""What this node's web process holds of each session while somebody takes part in it."""
