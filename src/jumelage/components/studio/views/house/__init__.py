"""Pages of what a city keeps for itself: cuts, access, guests, words, the log of views."""
