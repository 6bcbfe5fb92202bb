"""Pages of what a city keeps for itself: cuts, access, guests, the log of views."""
