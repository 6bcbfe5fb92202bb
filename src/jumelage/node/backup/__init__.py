"""Backups of a node: one tar file with the database, the media and a list of hashes."""
