"""Checks that a document is what it says it is, before anything of it is kept."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation.trans_null import gettext_noop

from jumelage.components.agreement.errors import DocumentRefusedError, DocumentTooLargeError
from jumelage.components.agreement.services.files.parsing import EXAMINER
from jumelage.kit import sandbox

LARGEST_DOCUMENT = 20 * 1024 * 1024
"""Bytes."""
REASONS = {
    "pdf-cut-off": gettext_noop("the PDF is cut off"),
    "pdf-broken": gettext_noop("the PDF is broken"),
    "pdf-locked": gettext_noop("the PDF is locked with a password"),
    "pdf-without-pages": gettext_noop("the PDF has no page"),
    "pdf-too-many-pages": gettext_noop("the PDF has too many pages"),
    "unknown-type": gettext_noop("it is not a PDF, PNG or JPEG"),
    "too-many-pixels": gettext_noop("the image has too many pixels"),
    "image-broken": gettext_noop("the image is broken"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDocument:
    """What the content really is."""

    media_type: str
    extension: str
    sha256: str


def checked_document(content: bytes) -> CheckedDocument:
    """Return what *content* is: a whole PDF, PNG or JPEG, told by its bytes, not its name.

    A parser in a process of its own looks at it (`kit.sandbox`).

    Raises:
        DocumentTooLargeError: over `LARGEST_DOCUMENT`.
        DocumentRefusedError: anything else, or broken, or too much to read.
    """
    if len(content) > LARGEST_DOCUMENT:
        raise DocumentTooLargeError(size=len(content), limit=LARGEST_DOCUMENT)
    facts = _examined(content)
    return CheckedDocument(
        media_type=str(facts["media_type"]),
        extension=str(facts["extension"]),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _examined(content: bytes) -> sandbox.Facts:
    with tempfile.TemporaryDirectory(prefix="jumelage-") as folder:
        file = Path(folder) / "document"
        file.write_bytes(content)
        try:
            return sandbox.examine(file, EXAMINER)
        except sandbox.FileRefusedError as error:
            reason = REASONS.get(error.reason)
            raise DocumentRefusedError(reason=_(reason) if reason else error.reason) from error
        except sandbox.NotExaminedError as error:
            raise DocumentRefusedError(reason=error.message) from error
