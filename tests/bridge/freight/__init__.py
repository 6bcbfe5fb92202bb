"""Tests of freight: media between two cities."""
