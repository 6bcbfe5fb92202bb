"""Pages about the bridge: how the line is, what crosses, who is joined, what was refused."""
