"""One folder per service of the agreement, all alike."""
