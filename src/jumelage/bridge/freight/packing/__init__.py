"""What a delivery consists of: safe names, chunks and their hashes, the list that names them."""
