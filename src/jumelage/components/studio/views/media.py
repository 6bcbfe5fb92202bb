"""Files: of versions, under addresses made for one person, how far they are; beside comments."""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.studio.models import Attachment, Preparation, Version
from jumelage.components.studio.readings import readings
from jumelage.components.studio.selectors.holdings import copies, is_wanted, may_share, where
from jumelage.components.studio.selectors.media import (
    HEAD,
    LARGEST_PICTURE,
    ORIGINAL,
    PLAYED,
    SECONDS,
    Asked,
    address_of,
    asked_by,
    is_shown,
    kind_of,
    picture_address,
    picture_asked_by,
    preparation,
    rendition,
)
from jumelage.components.studio.services import media
from jumelage.components.studio.services.house.viewing import note_file
from jumelage.components.studio.troubles import sentence
from jumelage.directory.access import BY_TOKEN, actor, requires
from jumelage.directory.models import Person
from jumelage.directory.policy import may, person_of
from jumelage.shell.media_host import from_media_host
from jumelage.shell.ranges import ranged, unranged

SAVED = "application/octet-stream"
"""What no browser shows."""


def attachment_by_number(pk: int) -> Attachment | None:
    """Return the file beside a comment that the address names."""
    found = Attachment.objects.filter(pk=pk, comment__withdrawn_at=None)
    return found.select_related("comment").first()


def version_by_uri(uri: str) -> Version | None:
    """Return the version the address names."""
    found = Version.objects.live().filter(uri=uri)
    return found.select_related("production", "task__entity", "seat", "node").first()


@from_media_host
@require_safe
def serve(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Hand out a file to whom the address was made for, as long as they may see it."""
    asked = asked_by(token)
    if asked is None or person_of(request.user) not in {None, asked.person}:
        raise Http404
    if not name.startswith(asked.name) or not may(asked.person, _verb(asked.name), asked.version):
        raise Http404
    hand = _original if asked.name == ORIGINAL else _rendition
    answer = hand(request, asked)
    note_file(version=asked.version, name=asked.name, person=asked.person)
    return answer


serve.verb = BY_TOKEN  # type: ignore[attr-defined]  # the tag the middleware reads


def _verb(name: str) -> str:
    return "studio.fetch-original" if name == ORIGINAL else "studio.see"


def _rendition(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    kept = rendition(asked.version, asked.name)
    path = media.path_of(kept.hash) if kept else None
    if kept is None or path is None or not path.is_file():
        raise Http404
    if kept.type in PLAYED:
        return ranged(request, path, media_type=kept.type, etag=kept.hash)
    answer = ranged(request, path, media_type=SAVED, etag=kept.hash)
    answer["Content-Disposition"] = "attachment"
    return answer


def _original(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Hand out the original under its own name; the frames of a sequence come in one zip."""
    held = media.original_here(asked.version)
    if held is None:
        raise Http404
    if held.frames is None:
        path, hash_ = media.path_of(held.file.hash), held.file.hash
        answer = ranged(request, path, media_type=SAVED, etag=hash_)
    else:
        answer = unranged(request, media.zipped(held.frames), "application/zip")
    answer["Content-Disposition"] = content_disposition_header(True, held.name) or ""  # noqa: FBT003
    return answer


@requires("studio.see", of=attachment_by_number)
@require_safe
def attachment(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """Hand out a file beside a comment, to be saved: whatever it is, no browser opens it."""
    path = media.path_of(attachment.file)
    if not path.is_file():
        raise Http404
    answer = ranged(request, path, media_type=SAVED, etag=attachment.file)
    answer["Content-Disposition"] = content_disposition_header(True, attachment.name)  # noqa: FBT003  # Django's own
    return answer


@requires("studio.see", of=attachment_by_number)
@never_cache
@require_safe
def attachment_picture(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """Lead to the picture beside a comment, under an address made for this person now."""
    if not attachment.may_be_picture:
        raise Http404
    return redirect(picture_address(attachment, actor(request)))


@from_media_host
@require_safe
def attached_picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """Hand out a picture beside a comment to whom the address was made for."""
    person, file = picture_asked_by(token) or (None, None)
    if file is None or person_of(request.user) not in {None, person}:
        raise Http404
    if not may(person, "studio.see", file) or file.size > LARGEST_PICTURE:
        raise Http404
    kind = _kind(media.path_of(file.file))
    if not is_shown(kind):
        raise Http404
    return ranged(request, media.path_of(file.file), media_type=kind, etag=file.file)


attached_picture.verb = BY_TOKEN  # type: ignore[attr-defined]  # the tag the middleware reads


def _kind(path: Path) -> str:
    """Return what the file at *path* is by its bytes; empty: unknown, or not here."""
    if not path.is_file():
        return ""
    with path.open("rb") as held:
        return kind_of(held.read(HEAD))


@requires("studio.read", of=version_by_uri)
@cache_control(private=True, max_age=SECONDS // 2)
@require_safe
def thumbnail(request: HttpRequest, version: Version) -> HttpResponse:
    """Lead to the small picture of a version, under an address made for this person now."""
    there = address_of(version, "thumbnail", actor(request))
    if not there:
        raise Http404
    return redirect(there)


@requires("studio.read", of=version_by_uri)
@never_cache
@require_safe
def progress(request: HttpRequest, version: Version) -> HttpResponse:
    """Show how far the file of a version is, where its copies are, and what can be done."""
    held, person = preparation(version), actor(request)
    shown = {
        "version": version,
        "preparation": held,
        "trouble": sentence(version.trouble),
        "where": copies(version),
        "readings": readings(version),
        **_offered(version, person),
        **_acts(version, held, person),
    }
    return render(request, "studio/preparation.html", shown)


def _acts(version: Version, held: Preparation | None, person: Person) -> dict[str, bool]:
    """Return what *person* may do now with *version* and its preparation *held*."""
    return {
        "may_cancel": bool(held and held.is_going_on)
        and may(person, "studio.cancel-preparation", version),
        "may_again": bool(held and held.has_ended_badly)
        and may(person, "studio.publish-version", version),
        "may_withdraw": may(person, "studio.withdraw-version", version),
    }


def _offered(version: Version, person: Person) -> dict[str, object]:
    """Return what is offered of the original to who makes things: to save it, share it, ask for it."""
    if not may(person, "studio.fetch-original", version):
        return {}
    return {
        "original": media.original_here(version),
        "place": where(version).get(ORIGINAL, ""),
        "asked": is_wanted(version),
        "may_share": may(person, "studio.share-original", version) and may_share(version),
    }


@requires("studio.fetch-original", of=version_by_uri)
@never_cache
@require_safe
def original(request: HttpRequest, version: Version) -> HttpResponse:
    """Lead to the original, under an address made for this person now."""
    if media.original_here(version) is None:
        raise Http404
    return redirect(address_of(version, ORIGINAL, actor(request)))


@requires("studio.read", of=version_by_uri)
@never_cache
@require_safe
def progress_data(_request: HttpRequest, version: Version) -> JsonResponse:
    """Tell a program how far the file of a version is."""
    held = preparation(version)
    return JsonResponse(
        {
            "state": held.state if held else "",
            "percent": held.percent if held else 0,
            "done": held.done if held else 0,
            "total": held.total if held else 0,
            "trouble": version.trouble,
            "sentence": sentence(version.trouble),
            "holdings": dict(where(version)),
        }
    )


@requires("studio.cancel-preparation", of=version_by_uri)
@require_POST
def cancel(request: HttpRequest, version: Version) -> HttpResponse:
    """Stop preparing a version."""
    media.cancel(version=version, by=actor(request))
    return redirect("studio:preparation", uri=version.uri)


@requires("studio.publish-version", of=version_by_uri)
@require_POST
def again(request: HttpRequest, version: Version) -> HttpResponse:
    """Prepare the kept file of a version once more."""
    media.prepare_again(version=version, by=actor(request))
    return redirect("studio:preparation", uri=version.uri)


@requires("studio.share-original", of=version_by_uri)
@require_POST
def share(request: HttpRequest, version: Version) -> HttpResponse:
    """Let both cities have the original."""
    media.share_original(version=version, by=actor(request))
    return redirect("studio:preparation", uri=version.uri)
