"""What takes parcels over the line: TLS over several connections, paced datagrams, HTTPS ranges."""
