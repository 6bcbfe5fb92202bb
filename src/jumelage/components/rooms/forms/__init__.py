"""Cleaning of what people type about rooms and bookings."""
