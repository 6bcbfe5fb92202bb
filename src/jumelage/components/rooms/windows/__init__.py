"""Always-on windows between two rooms: their session, the screens in the rooms, what they told."""
