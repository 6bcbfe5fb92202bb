"""One file of a delivery that came, taken from the browser."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import requires
from jumelage.shell.bridge_pages.freight.views import named
from jumelage.shell.ranges import streamed

AT_ONCE = 1024 * 1024
freight = bridge.freight


def _file(delivery: str, number: int) -> bridge.freight.DeliveryFile | None:
    """Return the file that an address names, if it came with a delivery that is here."""
    found = named(delivery)
    if found is None or found.sends:
        return None
    return freight.files(found, state="verified").filter(number=number).first()


@requires("bridge.receive-files", of=_file)
@require_safe
def file(request: HttpRequest, file: bridge.freight.DeliveryFile) -> StreamingHttpResponse:
    """Send a file of a delivered delivery; each byte is verified on its way."""
    content = freight.contents(file.delivery)[file.number]
    name = PurePosixPath(content.path).name
    answer = streamed(request, _pieces(content.open()), "application/octet-stream")
    answer["Content-Length"] = str(content.size)
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""  # noqa: FBT003
    return answer


def _pieces(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(AT_ONCE):
            yield piece
