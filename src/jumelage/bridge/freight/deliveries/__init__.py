"""The engine of freight: what becomes of a delivery, from the offer to the receipt."""
