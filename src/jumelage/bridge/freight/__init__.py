"""Media between two cities: packed, carried, verified, kept."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads would spin, and solve nothing
