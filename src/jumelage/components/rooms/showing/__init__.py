"""Facts of the rooms put together for one page."""
