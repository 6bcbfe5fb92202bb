"""Media between two cities: packed, carried, verified, kept."""
