"""What strangers, guests, members without scruples and hostile cities try on the studio."""
