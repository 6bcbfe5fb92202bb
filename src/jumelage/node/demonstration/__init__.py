"""The demonstration: two real nodes on one machine, paired and filled with invented activity."""
