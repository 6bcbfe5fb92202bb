"""The line between two nodes: one websocket, all sessions of the pair over it."""
