"""The packing list itself on its way from one city to the other: in parts that are kept."""
