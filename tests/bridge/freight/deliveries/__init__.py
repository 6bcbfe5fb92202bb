"""The engine of freight: states, offers, sessions, landing, limits."""
