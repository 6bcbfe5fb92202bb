"""What people do with what a city keeps for itself: cuts, access, guests, the log of views."""
