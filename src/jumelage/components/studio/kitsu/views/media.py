"""The files of versions: pictures, movies, single frames; by part, and only to who may see them."""

import io
from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from jumelage.components.studio.kitsu.endpoint import Asked
from jumelage.components.studio.kitsu.errors import (
    StillWorkingError,
    UnknownThingError,
    WrongBodyError,
)
from jumelage.components.studio.kitsu.rows.previews import PROCESSING, status_of
from jumelage.components.studio.models import MediaFile, Version, View
from jumelage.components.studio.review.stills.decoding import decoded
from jumelage.components.studio.selectors.media import (
    PLAYED,
    original_of,
    preparation,
    rendition,
)
from jumelage.components.studio.services.house.viewing import note_file, note_view
from jumelage.components.studio.services.house.watermark import burnt, mark_for
from jumelage.components.studio.services.media import path_of
from jumelage.directory.policy import may
from jumelage.shell.ranges import ranged

RETRY_SECONDS = 1
ORIGINAL, MOVIE, LOW = ("original",), ("hd", "light"), ("light", "hd")
PICTURE, THUMBNAIL = ("picture", "poster", "hd"), ("thumbnail", "poster")


def file(*names: str) -> Callable[..., HttpResponseBase]:
    """Return what sends the first of *names* (renditions) that this city keeps."""

    def answer(asked: Asked, preview: UUID, extension: str = "") -> HttpResponseBase:
        held = asked.scope.version(preview)
        del extension  # the address says it for the client's sake; the type is the file's own
        for name in names:
            kept = rendition(held, name)
            if kept is not None:
                note_file(version=held, name=name, person=asked.person)
                return _sent(asked, kept)
        return _absent(held)

    return answer


def original(asked: Asked, preview: UUID, extension: str = "") -> HttpResponseBase:
    """Send what was uploaded; it is there before anything was made of it.

    Movies are asked as MP4: what is not one is sent as the proxy that was made of it.
    Who only looks gets what was made of it, as on the pages.
    """
    held = asked.scope.version(preview)
    if extension == "mp4" and not _is_mp4(held):
        return file(*MOVIE)(asked, preview)
    if not may(asked.person, "studio.fetch-original", held):
        return file(*(MOVIE if extension == "mp4" else PICTURE))(asked, preview)
    kept = original_of(held)
    if kept is None:
        return _absent(held)
    note_file(version=held, name="original", person=asked.person)
    return _sent(asked, kept)


def _sent(asked: Asked, kept: MediaFile) -> HttpResponseBase:
    path = path_of(kept.hash)
    if not path.is_file():
        raise UnknownThingError
    kind = kept.type if kept.type in PLAYED else "application/octet-stream"
    return ranged(asked.request, path, media_type=kind, etag=kept.hash)


def _is_mp4(held: Version) -> bool:
    return bool(held.extension == "mp4" and (held.media or {}).get("kind") in {None, "movie"})


def _absent(held: Version) -> HttpResponseBase:
    """Say that it is still being made, or that there is none here."""
    if status_of(held) != PROCESSING or preparation(held) is None:
        raise UnknownThingError
    body = b'{"status": "processing", "retry_after": %d}' % RETRY_SECONDS
    response = HttpResponse(
        body, status=StillWorkingError.http_status, content_type="application/json"
    )
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def extract(asked: Asked, preview: UUID) -> HttpResponseBase:
    """Send one frame as PNG; `frame_number` counts from 0."""
    held, number = asked.scope.version(preview), asked.word("frame_number") or "0"
    if not number.isdecimal() or len(number) > 9:
        raise WrongBodyError(field="frame_number", reason="it is no number from 0")
    picture = decoded(held, int(number))
    if picture is None:
        return _absent(held)
    if mark := mark_for(held.production, asked.person):
        picture = burnt(picture, mark)
    note_view(version=held, what=View.What.FRAME, person=asked.person)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return HttpResponse(out.getvalue(), content_type="image/png")
