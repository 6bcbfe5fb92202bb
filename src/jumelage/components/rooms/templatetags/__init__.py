"""Template tag libraries of the rooms."""
