"""Tests of what may cross, what crossed and what stops it."""
