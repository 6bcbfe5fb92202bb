"""Rooms: one in each city, booked together and used from a browser."""
