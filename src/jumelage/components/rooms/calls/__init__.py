"""Calls of a booking: who comes in, what they come to, what the page needs."""
