"""What may cross, what crossed, what was refused, and the switch that stops all of it."""
