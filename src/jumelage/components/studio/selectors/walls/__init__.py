"""The walls inside a production: what a seat sees of it; `seeing.py` answers for all of them."""
