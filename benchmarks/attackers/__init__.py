"""Outside attackers: programs others wrote to find holes, in an environment of their own."""
