"""The freight process: what it does at each turn, and what it shows of it."""
