"""Tests of different releases on one bridge."""
