"""The sender's side of a delivery."""
