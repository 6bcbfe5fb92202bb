"""Questions about productions that are asked twice or more."""
