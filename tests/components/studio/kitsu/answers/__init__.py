"""What the dialect answers, asked in process through its own door."""
