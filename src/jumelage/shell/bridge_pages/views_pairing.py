"""Pairing in the browser: invite, accept, compare eight words, confirm or refuse; and leaving."""

from io import BytesIO
from typing import TypeVar

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import actor, requires
from jumelage.directory.policy import person_of
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.bridge_pages.forms import InvitationForm, LeavingForm, ReplyForm

F = TypeVar("F", InvitationForm, ReplyForm)


def pairing_by_number(pk: int) -> bridge.Pairing | None:
    """Return the pairing the address names."""
    return next((pairing for pairing in bridge.pairings() if pairing.pk == pk), None)


def _to(pairing: bridge.Pairing) -> HttpResponseRedirect:
    return redirect("shell:line:pairing", pk=pairing.pk)


def _asked(kind: type[F], request: HttpRequest) -> F:
    """Return the form with what was typed and uploaded, or empty when it is only shown."""
    return kind(request.POST, request.FILES) if request.method == "POST" else kind()


@requires("bridge.pair")
@require_safe
def pairings(request: HttpRequest) -> HttpResponse:
    """Show every pairing and what can be done next."""
    return render(request, "shell/bridge/pairings.html", {"pairings": bridge.pairings()})


@require_POST
@requires("bridge.pair")
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation."""
    return _to(bridge.invite(by=person_of(request.user)))


@requires("bridge.pair")
def accept(request: HttpRequest) -> HttpResponse:
    """Accept an invitation by its address or its file."""
    form = _asked(InvitationForm, request)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            return _to(bridge.accept(form.source, by=person_of(request.user)))
    return render(request, "shell/bridge/accept.html", {"form": form})


@requires("bridge.pair")
def take_reply(request: HttpRequest) -> HttpResponse:
    """Take a reply file that was carried by hand."""
    form = _asked(ReplyForm, request)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            return _to(bridge.take_reply(form.source, by=person_of(request.user)))
    return render(request, "shell/bridge/take_reply.html", {"form": form})


@requires("bridge.pair", of=pairing_by_number)
@require_safe
def pairing(request: HttpRequest, pairing: bridge.Pairing) -> HttpResponse:
    """Show one pairing: the invitation to pass on, or the words to compare."""
    states = bridge.Pairing.State
    invited = pairing.state == states.INVITED
    told = {
        "pairing": pairing,
        "invited": invited,
        "address": bridge.invitation_address(pairing) if invited else "",
        "words": bridge.words(pairing) if pairing.node and pairing.is_open else None,
        "to_confirm": pairing.state in {states.MET, states.CONFIRMED_THERE},
        "awaited": pairing.state == states.CONFIRMED_HERE,
        "paired": pairing.state == states.PAIRED,
        "kept": bridge.leaving.kept_of(pairing.node) if pairing.node and pairing.ended_at else 0,
    }
    return render(request, "shell/bridge/pairing.html", told)


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/json", headers=headers)


@requires("bridge.pair", of=pairing_by_number)
@require_safe
def invitation(_request: HttpRequest, pairing: bridge.Pairing) -> HttpResponse:
    """Give the invitation as a file."""
    if pairing.state != bridge.Pairing.State.INVITED:
        raise Http404
    return _file(bridge.invitation_file(pairing), f"invitation-{bridge.me().slug}.json")


@requires("bridge.pair", of=pairing_by_number)
@require_safe
def reply(_request: HttpRequest, pairing: bridge.Pairing) -> HttpResponse:
    """Give the reply as a file, for an inviter this node cannot reach."""
    if pairing.inviting or not pairing.node:
        raise Http404
    return _file(bridge.reply_file(pairing), f"reply-{bridge.me().slug}.json")


@requires("bridge.pair", of=pairing_by_number)
@require_safe
def qr(_request: HttpRequest, pairing: bridge.Pairing) -> HttpResponse:
    """Draw the address of the invitation as a QR code (SVG)."""
    if pairing.state != bridge.Pairing.State.INVITED:
        raise Http404
    code = segno.make_qr(bridge.invitation_address(pairing), error="m")
    drawing = BytesIO()
    code.save(drawing, kind="svg", border=4, omitsize=True, light="#fff")
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")


@require_POST
@requires("bridge.pair", of=pairing_by_number)
def confirm(request: HttpRequest, pairing: bridge.Pairing) -> HttpResponse:
    """Say that the other person reads the same eight words."""
    done = bridge.confirm(pairing, by=person_of(request.user))
    if done.state == bridge.Pairing.State.PAIRED:
        messages.success(request, _("Joined with %(city)s.") % {"city": done.node})
    else:
        messages.success(
            request, _("Confirmed here. %(city)s has to confirm too.") % {"city": done.node}
        )
    return _to(done)


@requires("bridge.pair", of=pairing_by_number)
def refuse(request: HttpRequest, pairing: bridge.Pairing) -> HttpResponse:
    """Refuse, withdraw or end, after asking once."""
    if request.method == "POST":
        bridge.refuse(pairing, by=person_of(request.user))
        messages.success(request, _("Closed. Nothing is trusted from this pairing any more."))
        return redirect("shell:line:pairings")
    back = reverse("shell:line:pairing", kwargs={"pk": pairing.pk})
    return render(request, "shell/bridge/refuse.html", {"pairing": pairing, "back": back})


@requires("bridge.pair", of=pairing_by_number)
def leave(request: HttpRequest, pairing: bridge.Pairing) -> HttpResponse:
    """Say what leaving means and do what can be done of it now."""
    if pairing.node is None or pairing.state != bridge.Pairing.State.PAIRED:
        raise Http404
    form = LeavingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _leave(request, pairing, pairing.node, form)
    told = {
        "pairing": pairing,
        "form": form,
        "alone": len(bridge.leaving.for_partner_alone(pairing.node)),
        "waiting": len(bridge.leaving.unanswered(pairing.node)),
        "back": reverse("shell:line:pairing", kwargs={"pk": pairing.pk}),
    }
    return render(request, "shell/bridge/leave.html", told)


def _leave(
    request: HttpRequest, pairing: bridge.Pairing, partner: bridge.Node, form: LeavingForm
) -> HttpResponse:
    by = f"person:{actor(request).pk}"
    if form.cleaned_data["erase"]:
        bridge.leaving.erase_for(partner, [], by=by)
    if not form.cleaned_data["now"] and bridge.leaving.unanswered(partner):
        messages.info(
            request, _("Erased here. The pairing can be ended once that city has confirmed.")
        )
        return redirect("shell:line:leave", pk=pairing.pk)
    bridge.leaving.end(partner, by=by)
    messages.success(request, _("The partnership is ended. The other city is told."))
    return redirect("shell:line:pairing", pk=pairing.pk)
