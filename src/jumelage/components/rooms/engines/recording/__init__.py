"""Recordings of calls: kept by Janus for those who agreed, then made one file that plays anywhere."""
