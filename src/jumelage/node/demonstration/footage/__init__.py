"""Pictures made by code for the demonstration: two bridges in the evening, with numbered frames."""

from jumelage.node.demonstration.footage.numbers import read_number
from jumelage.node.demonstration.footage.scene import GOLDEN_GATE, PARIS, Scene
from jumelage.node.demonstration.footage.writing import write_frames, write_movie

__all__ = ("GOLDEN_GATE", "PARIS", "Scene", "read_number", "write_frames", "write_movie")
