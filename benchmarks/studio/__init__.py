"""Parts of the benchmark beside Zou: the peer, the load, and what the servers' processes cost."""
