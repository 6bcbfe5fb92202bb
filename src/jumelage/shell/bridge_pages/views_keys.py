"""The page of keys: which key each city signs with since when, and why; changing this city's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import actor, public, requires
from jumelage.directory.policy import may, person_of
from jumelage.shell.twin import json_twin

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class CityKeys:
    """The keys of one city, the present one first."""

    city: bridge.Node
    recovery_key: str
    keys: Sequence[bridge.KeyFact]


@public
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys of this city and of every city it has met."""
    own, *others = _cities()
    private = may(person_of(request.user), "bridge.pair")
    told = {
        "own": own,
        "page": Paginator(others, PAGE_SIZE).get_page(request.GET.get("page")),
        "private": private,
        "cuts": _cuts(private=private),
        "json_url": reverse("shell:line:keys-data"),
    }
    return render(request, "shell/bridge/keys.html", told)


def _cuts(*, private: bool) -> Sequence[tuple[bridge.Cut, str, str]]:
    """Return the newest of what was taken back, its readers and the reason in words."""
    found = [cut for cut in bridge.cuts() if private or not cut.feed.startswith("twin:")]
    return [
        (cut, bridge.audience_in_words(cut.feed), bridge.cut_reason(cut))
        for cut in found[:PAGE_SIZE]
    ]


@public
@require_safe
def keys_data(_request: HttpRequest) -> JsonResponse:
    """Give the same as JSON, without who decided and without feeds for one city only."""
    cities = [
        {
            "origin": one.city.origin,
            "name": one.city.name,
            "recovery_key": one.recovery_key,
            "keys": [_plain(fact) for fact in one.keys],
        }
        for one in _cities()
    ]
    cuts = [
        {"origin": cut.node_id, "feed": cut.feed, "after": cut.seq, "entries": cut.entries}
        | {"reason": cut.reason, "at": cut.at}
        for cut in bridge.cuts()
        if not cut.feed.startswith("twin:")
    ]
    return json_twin({"cities": cities, "taken_back": cuts})


def _plain(fact: bridge.KeyFact) -> dict[str, object]:
    names = ("number", "key", "why", "since", "heard_at", "current")
    return {name: getattr(fact, name) for name in names}


def _cities() -> list[CityKeys]:
    return [
        CityKeys(node, bridge.recovery_key_of(node), bridge.key_history(node))
        for node in (bridge.me(), *bridge.met_nodes())
    ]


@requires("bridge.rotate-key")
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def rotate(request: HttpRequest) -> HttpResponse:
    """Change this city's key, after asking once."""
    if request.method == "POST":
        bridge.rotate_key(by=f"person:{actor(request).pk}")
        messages.success(
            request, _("This city signs with a new key. Joined cities follow by themselves.")
        )
        return redirect("shell:line:keys")
    return render(request, "shell/confirm.html", _what_rotating_means())


def _what_rotating_means() -> dict[str, object]:
    return {
        "heading": _("Change this city’s key?"),
        "consequences": [
            _("A fresh key signs from now on. The present one says so, then it is destroyed."),
            _("Joined cities follow by themselves; nothing stops and nothing is taken back."),
            _("The recovery key stays the same, and so does the name of this city."),
            _("If somebody may have copied the present key, this is not enough: revoke it."),
        ],
        "action": _("Change the key"),
        "back": reverse("shell:line:keys"),
    }
