"""What is said of versions, and the lists and sessions in which they are seen."""
