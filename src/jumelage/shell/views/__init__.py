"""The shell's own pages: home, live events, city accents, errors."""
