"""Pages of the editor's cuts: bring one, look at what it would change, apply it, take it along."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import me
from jumelage.components.studio.editorial.comparing import Differences
from jumelage.components.studio.editorial.picture import drawn
from jumelage.components.studio.editorial.timecode import timecode
from jumelage.components.studio.editorial.writing import otio, otioz
from jumelage.components.studio.forms.house import ApplyCutForm, CutForm
from jumelage.components.studio.models import KeptCut, Production
from jumelage.components.studio.selectors.house.cuts import preview
from jumelage.components.studio.services.house.bundle import kept_media
from jumelage.components.studio.services.house.cuts import apply_cut, bring_cut, put_cut_aside
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.directory.policy import may
from jumelage.shell.bilingual import refusals_shown_in

PAGE_SIZE = 20
CHANGES_SHOWN = 300


def cut_by_number(pk: int) -> KeptCut | None:
    """Return the cut the address names."""
    return KeptCut.objects.filter(pk=pk).select_related("production", "before").first()


@require_safe
@requires("studio.read", of=things.production)
def cut_list(request: HttpRequest, production: Production) -> HttpResponse:
    """Show the cuts of a production, newest first."""
    return _list(request, production, CutForm())


def _list(
    request: HttpRequest, production: Production, form: CutForm, status: int = 200
) -> HttpResponse:
    cuts = KeptCut.objects.filter(production=production).defer("contents").select_related("by")
    page = Paginator(cuts.order_by("-read_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    told = {"production": production, "page": page, "form": form}
    return render(request, "studio/house/cuts.html", told, status=status)


@requires("studio.plan", of=things.production)
@things.sent_from("studio:cuts")
def bring(request: HttpRequest, production: Production) -> HttpResponse:
    """Read a cut and show what it would change."""
    form = CutForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_shown_in(form), tempfile.TemporaryDirectory() as folder:
            kept = bring_cut(
                production=production,
                path=_written(form.upload, Path(folder)),
                name=form.upload.name or "",
                by=actor(request),
                sequence=form.cleaned_data["sequence"].strip(),
                trust_sources=form.cleaned_data["trust_sources"],
            )
            return redirect(kept)
    return _list(request, production, form, status=422)


def _written(upload: "UploadedFile[bytes]", folder: Path) -> Path:
    """Return where the contents of *upload* are as a file."""
    path = folder / "cut"
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


@require_safe
@requires("studio.read", of=cut_by_number)
def cut_page(request: HttpRequest, kept: KeptCut) -> HttpResponse:
    """Show a cut: what it differs by from the last one, and what would follow."""
    return _show(request, kept, ApplyCutForm(production=kept.production, name=kept.name))


def _show(
    request: HttpRequest, kept: KeptCut, form: ApplyCutForm, status: int = 200
) -> HttpResponse:
    told = preview(kept, me().origin)
    facts = {
        "kept": kept,
        "production": kept.production,
        "preview": told,
        "plans": may(actor(request), "studio.plan", kept.production),
        "form": form,
        **_differences(kept, told.differences),
    }
    return render(request, "studio/house/cut.html", facts, status=status)


def _differences(kept: KeptCut, found: Differences) -> dict[str, object]:
    """Return what the page tells of the differences from the last cut."""
    rate, changes = kept.cut.exact_rate, found.telling
    return {
        "changes": changes[:CHANGES_SHOWN],
        "count": len(changes),
        "more": max(0, len(changes) - CHANGES_SHOWN),
        "shifted": len(found.changes) - len(changes),
        "picture": drawn(found),
        "from": timecode(kept.cut.start, rate),
        "to": timecode(kept.cut.end, rate),
    }


@require_POST
@requires("studio.plan", of=cut_by_number)
def settle(request: HttpRequest, kept: KeptCut) -> HttpResponse:
    """Apply a cut, or put it aside."""
    form = ApplyCutForm(request.POST, production=kept.production, name=kept.name)
    with refusals_shown_in(form):
        if "aside" in request.POST:
            put_cut_aside(kept=kept, by=actor(request))
            messages.success(request, _("Put aside. Nothing was changed."))
            return redirect("studio:cuts", uri=kept.production_id)
        if form.is_valid():
            said = form.cleaned_data
            apply_cut(
                kept=kept, by=actor(request), sequence=said["parent"], cancels=said["cancels"]
            )
            messages.success(request, _("Applied: the shots follow this cut."))
            return redirect(kept)
    return _show(request, kept, form, status=422)


@require_safe
@requires("studio.read", of=cut_by_number)
def cut_otio(_request: HttpRequest, kept: KeptCut) -> HttpResponse:
    """Give a cut as OTIO."""
    written = otio(kept.cut, lambda _event: None)
    headers = {"Content-Disposition": f'attachment; filename="cut-{kept.pk}.otio"'}
    return HttpResponse(written, content_type="application/json", headers=headers)


@require_safe
@requires("studio.read", of=cut_by_number)
def cut_otioz(_request: HttpRequest, kept: KeptCut) -> FileResponse:
    """Give a cut as OTIOZ, with the media of its shots that is kept here."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    otioz(kept.cut, kept_media(kept), file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"cut-{kept.pk}.otioz")
