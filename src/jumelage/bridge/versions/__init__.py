"""Different releases on one bridge: what each can read, and what waits for an upgrade."""
