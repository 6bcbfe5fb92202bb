"""Making the next text from the last: begin, decide line by line, annex, propose."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import Node
from jumelage.components.agreement.forms.renewals import (
    AddLineForm,
    AnnexForm,
    LineForm,
    RenewalForm,
)
from jumelage.components.agreement.models import Partnership, RenewalDraft, RenewalLine
from jumelage.components.agreement.selectors.renewals import side_by_side
from jumelage.components.agreement.services.renewals import (
    add_line,
    change_annex,
    change_line,
    discard_draft,
    draft_renewal,
    party_nodes,
    propose_draft,
)
from jumelage.components.agreement.showing.crossing import in_words
from jumelage.components.agreement.views import things
from jumelage.components.agreement.views.asking import ask
from jumelage.directory.access import requires
from jumelage.shell.bilingual import refusals_shown_in


@requires("agreement.draft-renewal", of=things.partnership)
def begin(request: HttpRequest, held: Partnership) -> HttpResponse:
    """Begin the next text with every living commitment kept."""
    form = RenewalForm(request.POST or None)
    if form.is_valid():
        with refusals_shown_in(form):
            draft = draft_renewal(partnership=held, by=things.by(request), **form.facts())
            return redirect("agreement:draft", draft.pk)
    back = reverse("agreement:to-do")
    return ask(request, form, _("Begin a renewal"), back)


@requires("agreement.draft-renewal", of=things.draft)
@require_safe
def draft_page(request: HttpRequest, draft: RenewalDraft) -> HttpResponse:
    """Show the draft side by side with the text it continues."""
    held = things.found(Partnership.objects.filter(uri=draft.partnership).first())
    lines = side_by_side(draft)
    told = {
        "draft": draft,
        "partnership": held,
        "lines": lines,
        "dropped": sum(each.line.choice == RenewalLine.Choice.DROP for each in lines),
        "signers": Node.objects.filter(origin__in=party_nodes(held)),
    }
    return render(request, "agreement/draft.html", told)


@requires("agreement.draft-renewal", of=things.line)
def line_page(request: HttpRequest, line: RenewalLine) -> HttpResponse:
    """Keep, reword or drop one commitment."""
    form = LineForm(request.POST or None, line=line)
    if form.is_valid():
        with refusals_shown_in(form):
            change_line(
                line=line,
                choice=form.cleaned_data["choice"],
                text=form.text("text"),
                deadline=form.cleaned_data["deadline"],
                by=things.by(request),
            )
            return redirect(f"{reverse('agreement:draft', args=[line.draft_id])}#c{line.slug}")
    compared = [each for each in side_by_side(line.draft) if each.line == line]
    told = {"line": line, "draft": line.draft, "compared": compared[0], "form": form}
    return render(request, "agreement/line.html", told)


@requires("agreement.draft-renewal", of=things.draft)
def add(request: HttpRequest, draft: RenewalDraft) -> HttpResponse:
    """Add a commitment that no earlier text has."""
    form = AddLineForm(request.POST or None, draft=draft)
    back = reverse("agreement:draft", args=[draft.pk])
    if form.is_valid():
        with refusals_shown_in(form):
            add_line(
                draft=draft,
                article=form.cleaned_data["article"],
                service=form.cleaned_data["service"],
                text=form.text("text"),
                by=things.by(request),
            )
            return redirect(back)
    return ask(request, form, _("Add a commitment"), back)


@requires("agreement.draft-renewal", of=things.draft)
def annex(request: HttpRequest, draft: RenewalDraft) -> HttpResponse:
    """Decide what may cross the bridge."""
    form = AnnexForm(request.POST or None, draft=draft)
    if form.is_valid():
        with refusals_shown_in(form):
            change_annex(draft=draft, annex=form.annex(), by=things.by(request))
            messages.success(request, _("The annex of the draft is saved."))
            return redirect("agreement:draft", draft.pk)
    rows = [(in_words(kind), kind, *inputs) for kind, *inputs in form.rows()]
    return render(request, "agreement/annex.html", {"draft": draft, "form": form, "rows": rows})


@require_POST
@requires("agreement.draft-renewal", of=things.draft)
def discard(request: HttpRequest, draft: RenewalDraft) -> HttpResponse:
    """Throw the draft away; a proposal made from it stays."""
    discard_draft(draft=draft, by=things.by(request))
    messages.success(request, _("Draft thrown away."))
    return redirect("agreement:to-do")


@require_POST
@requires("agreement.propose-instrument", of=things.draft)
def propose(request: HttpRequest, draft: RenewalDraft) -> HttpResponse:
    """Propose the draft to the other cities for signature."""
    text = propose_draft(draft=draft, by=things.by(request))
    messages.success(request, _("Proposed. Every city reads it now and signs the same text."))
    return redirect("agreement:text", text.partnership.slug, text.slug)
