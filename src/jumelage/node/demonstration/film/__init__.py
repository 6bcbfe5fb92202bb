"""The invented short film that both cities of the demonstration make together."""

from jumelage.node.demonstration.film.first import begin, finish
from jumelage.node.demonstration.film.second import answer

__all__ = ("answer", "begin", "finish")
