"""Parcels in paced datagrams: loss is repaired, queueing delay sets the pace."""
