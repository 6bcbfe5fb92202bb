"""What the database is told past Django: conditions, parameters, turns at its one writer."""
