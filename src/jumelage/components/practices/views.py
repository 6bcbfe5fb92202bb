"""Pages of the practices; each public one has its JSON twin."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.practices import facts, selectors, services
from jumelage.components.practices.forms import (
    AdoptionForm,
    CommentForm,
    QuestionForm,
    ResultForm,
    SheetForm,
)
from jumelage.components.practices.models import Adoption, Comment, Draft, Practice, Result, SaidRow
from jumelage.directory.access import public, requires
from jumelage.directory.models import Person
from jumelage.directory.policy import person_of
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.frame import frame

PAGE_SIZE = 20


def _by(request: HttpRequest) -> Person:
    person = person_of(request.user)
    if person is None:  # `requires` let nobody else in
        raise Http404
    return person


def practice_by_uri(uri: str) -> Practice | None:
    """Return the sheet the address names."""
    return selectors.practice_with_talk(uri)


def draft_by_number(pk: int) -> Draft | None:
    """Return the draft the address names."""
    return Draft.objects.filter(pk=pk).select_related("organisation").first()


def adoption_by_uri(uri: str) -> Adoption | None:
    """Return the adoption the address names."""
    return Adoption.objects.live().filter(uri=uri).select_related("practice").first()


def row_by_uri(uri: str) -> SaidRow | None:
    """Return what a city said under *uri*: a sheet, a comment, an adoption or a result."""
    sets = (model.objects.live() for model in (Practice, Comment, Adoption, Result))
    return next((row for rows in sets for row in rows.filter(uri=uri)), None)


def _asked(request: HttpRequest) -> QuestionForm:
    here = frame(request)["shell"]
    nodes = [here.here, *here.peers] if here.here else []
    cities = [(node.origin, str(node)) for node in nodes]
    return QuestionForm(request.GET or None, cities=cities)


@public
@require_safe
def practice_list(request: HttpRequest) -> HttpResponse:
    """Show the sheets of every city."""
    form = _asked(request)
    pages = Paginator(selectors.practices(form.question()), PAGE_SIZE)
    return render(
        request,
        "practices/list.html",
        {
            "form": form,
            "page": pages.get_page(request.GET.get("page")),
            "drafts": selectors.drafts_of(person_of(request.user)),
            "json_url": reverse("practices:list-data"),
        },
    )


@public
@require_safe
def practice_list_data(request: HttpRequest) -> JsonResponse:
    """Give the sheets of every city as JSON, the whole answer at once."""
    found = selectors.practices(_asked(request).question())
    return JsonResponse({"practices": [facts.sheet(practice) for practice in found]})


@public
@require_safe
def practice_page(request: HttpRequest, uri: str) -> HttpResponse:
    """Show one sheet with what the cities say about it."""
    practice = practice_by_uri(uri)
    if practice is None:
        raise Http404
    return _show(request, practice, CommentForm())


def _show(
    request: HttpRequest, practice: Practice, form: CommentForm, status: int = 200
) -> HttpResponse:
    twin = reverse("practices:detail-data", kwargs={"uri": practice.uri})
    told = {"practice": practice, "form": form, "json_url": twin}
    return render(request, "practices/detail.html", told, status=status)


@public
@require_safe
def practice_data(_request: HttpRequest, uri: str) -> JsonResponse:
    """Give one sheet with what the cities say about it as JSON."""
    practice = practice_by_uri(uri)
    if practice is None:
        raise Http404
    return JsonResponse(facts.sheet_with_talk(practice))


@requires("practices.write-draft")
def write(request: HttpRequest) -> HttpResponse:
    """Begin a sheet."""
    form = SheetForm(request.POST or None, person=_by(request))
    return _write(request, form, None)


@requires("practices.change-draft", of=draft_by_number)
def change_draft(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Go on with a draft."""
    if request.method == "POST":
        form = SheetForm(request.POST, person=_by(request))
    else:
        form = SheetForm.showing(draft, _by(request))
    return _write(request, form, draft)


def _write(request: HttpRequest, form: SheetForm, draft: Draft | None) -> HttpResponse:
    if form.is_bound and form.is_valid():
        kept = services.save_draft(
            draft=draft,
            texts=form.all_texts(),
            organisation=form.cleaned_data["organisation"],
            by=_by(request),
        )
        if "share" in request.POST:
            return _share(request, form, kept)
        messages.success(request, _("Draft kept. Nobody else can read it."))
        return redirect("practices:draft", pk=kept.pk)
    return render(request, "practices/write.html", {"form": form, "draft": draft})


def _share(request: HttpRequest, form: SheetForm, draft: Draft) -> HttpResponse:
    with refusals_shown_in(form):
        practice = services.share_practice(draft=draft, by=_by(request))
        messages.success(request, _("Shared with every city of the agreement."))
        return redirect("practices:detail", uri=practice.uri)
    return render(request, "practices/write.html", {"form": form, "draft": draft}, status=422)


@require_POST
@requires("practices.change-draft", of=draft_by_number)
def discard(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Throw a draft away."""
    services.discard_draft(draft=draft, by=_by(request))
    messages.success(request, _("Draft thrown away."))
    return redirect("practices:list")


@require_POST
@requires("practices.revise-practice", of=practice_by_uri)
def revise(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Begin a draft from a shared sheet."""
    draft = services.revise_practice(practice=practice, by=_by(request))
    return redirect("practices:draft", pk=draft.pk)


@require_POST
@requires("practices.comment-on-practice", of=practice_by_uri)
def comment(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Say something about a sheet."""
    form = CommentForm(request.POST)
    if form.is_valid():
        with refusals_shown_in(form):
            services.comment_on_practice(practice=practice, text=form.text("text"), by=_by(request))
            return redirect("practices:detail", uri=practice.uri)
    return _show(request, practice, form, status=422)


@requires("practices.adopt-practice", of=practice_by_uri)
def adopt(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Take another city's practice over."""
    form = AdoptionForm(request.POST or None, person=_by(request))
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            services.adopt_practice(
                practice=practice,
                plan=form.text("plan"),
                organisation=form.cleaned_data["organisation"],
                by=_by(request),
            )
            return redirect("practices:detail", uri=practice.uri)
    return render(request, "practices/adopt.html", {"practice": practice, "form": form})


@requires("practices.report-result", of=adoption_by_uri)
def report(request: HttpRequest, adoption: Adoption) -> HttpResponse:
    """Tell what became of an adoption."""
    form = ResultForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            services.report_result(
                adoption=adoption,
                outcome=form.cleaned_data["outcome"],
                text=form.text("text"),
                by=_by(request),
            )
            return redirect("practices:detail", uri=adoption.practice_id)
    return render(request, "practices/report.html", {"adoption": adoption, "form": form})


@requires("practices.withdraw", of=row_by_uri)
def withdraw(request: HttpRequest, row: SaidRow) -> HttpResponse:
    """Take back what this city said, after asking once."""
    if request.method == "POST":
        services.withdraw_row(row=row, by=_by(request))
        messages.success(request, _("Withdrawn in every city."))
        return redirect("practices:list")
    return render(request, "practices/withdraw.html", {"row": row})
