"""Where websockets come in: browsers at `/live/session`, other nodes at `/bridge/live`."""
