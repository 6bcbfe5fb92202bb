"""Looks into a document to see whether it is what it says it is; runs inside the sandbox.

Refusals are words, since this side knows no language: `checking` says them to people.
Must not need Django.
"""

import warnings
from pathlib import Path

EXAMINER = f"{__name__}:document"
MOST_PIXELS = 80_000_000
MOST_PAGES = 5_000
_TAIL = 2048
"""Where a PDF ends with its mark; the specification says the last kilobyte."""
_IMAGES = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg")}


def document(path: Path) -> dict[str, str]:
    """Return `media_type` and `extension` of a whole PDF, PNG or JPEG, told by its bytes.

    Raises:
        ValueError: anything else, or broken; the word says what.
    """
    with path.open("rb") as file:
        beginning = file.read(5)
    media_type, extension = _pdf(path) if beginning == b"%PDF-" else _image(path)
    return {"media_type": media_type, "extension": extension}


def _pdf(path: Path) -> tuple[str, str]:
    from pypdf import PdfReader  # noqa: PLC0415  # half a second; pictures do not need it

    content = path.read_bytes()
    if content.rfind(b"%%EOF", -_TAIL) == -1:
        raise ValueError("pdf-cut-off")
    try:
        reader = PdfReader(path)
        locked = bool(reader.is_encrypted and not reader.decrypt(""))
        pages = 0 if locked else len(reader.pages)
    except MemoryError:
        raise
    except Exception as error:  # whatever the parser raises, the PDF is broken
        raise ValueError("pdf-broken") from error
    if locked:
        raise ValueError("pdf-locked")
    if not 0 < pages <= MOST_PAGES:
        raise ValueError("pdf-without-pages" if not pages else "pdf-too-many-pages")
    return "application/pdf", "pdf"


def _image(path: Path) -> tuple[str, str]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # documents do not need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=list(_IMAGES)) as image:
                found = _IMAGES[image.format or ""]
                small = image.width * image.height <= MOST_PIXELS
                if small:
                    image.load()
    except UnidentifiedImageError as error:
        raise ValueError("unknown-type") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("too-many-pixels") from error
    except MemoryError:
        raise
    except Exception as error:  # as above
        raise ValueError("image-broken") from error
    if not small:
        raise ValueError("too-many-pixels")
    return found
