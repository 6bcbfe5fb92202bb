"""The dialect of Kitsu."""
