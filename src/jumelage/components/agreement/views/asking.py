"""Pages that ask: a form about something, or “are you sure?”."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumelage.components.agreement.models import Commitment


def ask(
    request: HttpRequest,
    form: BaseForm,
    heading: str,
    back: str,
    commitment: Commitment | None = None,
) -> HttpResponse:
    """Show *form*, with the text of *commitment* above it."""
    told = {"commitment": commitment, "form": form, "heading": heading, "back": back}
    return render(request, "agreement/ask.html", told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grave:
    """Something grave to ask about before it is done: what, to what, with which effects."""

    question: str
    about: object
    action: str
    back: str
    effects: Sequence[str] = ()


def are_you_sure(request: HttpRequest, grave: Grave) -> HttpResponse:
    """Ask before it is done."""
    told = {
        "heading": grave.question,
        "lead": str(grave.about),
        "consequences": grave.effects,
        "action": grave.action,
        "back": grave.back,
        "grave": True,
    }
    return render(request, "shell/confirm.html", told)
