"""How the studio's things are written on pages."""
