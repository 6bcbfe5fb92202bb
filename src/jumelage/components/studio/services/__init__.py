"""What people do in the studio: decide, write, publish."""
