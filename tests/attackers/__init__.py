"""What outside attackers are tried on: an application with planted holes."""
