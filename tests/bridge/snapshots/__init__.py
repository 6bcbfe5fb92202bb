"""Tests of snapshots: taking, joining, compacting."""
