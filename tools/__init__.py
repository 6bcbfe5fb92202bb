"""What `make` runs: set-up, checks, tests, measurements, catalogues."""
