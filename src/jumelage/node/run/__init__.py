"""Running a node: preparing its folder, and its supervised processes: web, worker, freight, jobs."""
