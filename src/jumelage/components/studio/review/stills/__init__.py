"""Single frames of a version: taken out behind the walls, drawn on, signed with what they are."""
