"""Events of the dialect: what was said on the feeds, under the names clients of Kitsu listen to."""
