"""Real Yjs clients that write shared minutes together, driven from Python."""
