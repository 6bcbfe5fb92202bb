"""What is stored already: going back to where a feed stood, and cutting off what was no true word."""
