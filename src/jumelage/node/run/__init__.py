"""Running a node: preparing its folder, and two supervised processes (web and worker)."""
