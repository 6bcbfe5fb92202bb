"""The invented rooms of both cities of the demonstration, and what is held in them."""

from jumelage.node.demonstration.meetings.asking import ask, ask_back
from jumelage.node.demonstration.meetings.holding import hold
from jumelage.node.demonstration.meetings.past import answer_past, ask_past, plan_past
from jumelage.node.demonstration.meetings.rooms import register
from jumelage.node.demonstration.meetings.window import answer_window, open_window

__all__ = (
    "answer_past",
    "answer_window",
    "ask",
    "ask_back",
    "ask_past",
    "hold",
    "open_window",
    "plan_past",
    "register",
)
