"""Checks that a document is what it says it is, before anything of it is kept."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from jumelage.components.agreement.errors import DocumentRefusedError, DocumentTooLargeError

LARGEST_DOCUMENT = 20 * 1024 * 1024
"""Bytes."""
MOST_PIXELS = 80_000_000
_TAIL = -2048
"""Where a PDF ends with its mark; the specification says the last kilobyte."""
_IMAGES = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg")}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDocument:
    """What the content really is."""

    media_type: str
    extension: str
    sha256: str


def checked_document(content: bytes) -> CheckedDocument:
    """Return what *content* is: a whole PDF, PNG or JPEG, told by its bytes, not its name.

    Raises:
        DocumentTooLargeError: over `LARGEST_DOCUMENT`.
        DocumentRefusedError: anything else, or broken.
    """
    if len(content) > LARGEST_DOCUMENT:
        raise DocumentTooLargeError(size=len(content), limit=LARGEST_DOCUMENT)
    media_type, extension = _pdf(content) if content[:5] == b"%PDF-" else _image(content)
    return CheckedDocument(
        media_type=media_type, extension=extension, sha256=hashlib.sha256(content).hexdigest()
    )


def _pdf(content: bytes) -> tuple[str, str]:
    if content.rfind(b"%%EOF", _TAIL) == -1:
        raise DocumentRefusedError(reason=_("the PDF is cut off"))
    try:
        reader = PdfReader(BytesIO(content))
        locked = bool(reader.is_encrypted and not reader.decrypt(""))
        pages = 0 if locked else len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DocumentRefusedError(reason=_("the PDF is broken")) from error
    if locked:
        raise DocumentRefusedError(reason=_("the PDF is locked with a password"))
    if pages == 0:
        raise DocumentRefusedError(reason=_("the PDF has no page"))
    return "application/pdf", "pdf"


def _image(content: bytes) -> tuple[str, str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=list(_IMAGES)) as image:
                found = _IMAGES[image.format or ""]
                small = image.width * image.height <= MOST_PIXELS
                if small:
                    image.load()
    except UnidentifiedImageError as error:
        raise DocumentRefusedError(reason=_("it is not a PDF, PNG or JPEG")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DocumentRefusedError(reason=_("the image has too many pixels")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise DocumentRefusedError(reason=_("the image is broken")) from error
    if not small:
        raise DocumentRefusedError(reason=_("the image has too many pixels"))
    return found
