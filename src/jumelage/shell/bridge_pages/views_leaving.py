"""Leaving a partnership in the browser: what would be erased, who has answered, then the end."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jumelage.bridge import api as bridge
from jumelage.directory.access import actor, requires
from jumelage.shell.bridge_pages.views_pairing import pairing_by_number


class LeavingForm(forms.Form):
    """Asks what to erase, and whether to wait for the partner's receipts."""

    erase = forms.BooleanField(
        label=gettext_lazy("Erase what this city told that city alone"), required=False
    )
    now = forms.BooleanField(
        label=gettext_lazy("End without waiting until that city has confirmed"), required=False
    )


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
