"""Pages of reviews held together: calling one, its room, its log."""
