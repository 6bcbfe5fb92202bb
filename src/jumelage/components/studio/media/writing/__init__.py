"""Makes what the review page plays and shows: proxies, small pictures, the shape of the sound."""
