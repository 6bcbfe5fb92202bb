"""`/live/`: what tells open pages that something crossed, and how the lines are."""
