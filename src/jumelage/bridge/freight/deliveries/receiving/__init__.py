"""The receiver's side of a delivery."""
