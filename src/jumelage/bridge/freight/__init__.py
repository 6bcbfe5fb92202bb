"""Freight: large files from city to city, verified, resumable, at the speed of the line."""
