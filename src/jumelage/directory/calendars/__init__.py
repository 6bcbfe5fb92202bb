"""Calendars of what can be booked: rooms, desks, equipment; their hours, and when they are taken.

Free and busy are all that crosses the border. Who booked what is a local row of whoever booked.
"""
