"""Questions about the files of versions, and the addresses under which one person sees them."""

import mimetypes
from codecs import getincrementaldecoder
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core import signing
from django.db.models import Count, Sum
from django.urls import reverse

from jumelage.components.studio.models import Attachment, MediaFile, Preparation, Version
from jumelage.directory.models import Person
from jumelage.kit.sql.among import Among
from jumelage.kit.uris import Uri
from jumelage.shell.media_host import media_address

SALT = "studio.media"
BESIDE = "studio.attachment"
ORIGINAL = "original"
SECONDS = 600
"""How long an address lives."""
PLAYED = {"video/mp4", "image/jpeg", "image/png", "application/json"}
"""What a browser may show by itself; anything else is saved."""


def rendition(version: Version, name: str) -> MediaFile | None:
    """Return the kept file that *version* names *name* (`hd`, `original`...); None if not here."""
    if version.media is None:
        return None
    said = version.media["original"] if name == ORIGINAL else version.media["renditions"].get(name)
    return MediaFile.objects.filter(pk=said["hash"]).first() if said else None


def original_of(version: Version) -> MediaFile | None:
    """Return the original of *version* if it is here, also when nothing was made of it yet."""
    held = preparation(version)
    return rendition(version, ORIGINAL) or (held.original if held else None)


def kept_as(version: Version, name: str) -> MediaFile | None:
    """Return the file that an address of *version* calls *name*; None if not here."""
    return original_of(version) if name == ORIGINAL else rendition(version, name)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many files the studio keeps here, and their bytes."""

    files: int
    bytes: int


def totals() -> Totals:
    """Return what the studio keeps here."""
    found = MediaFile.objects.aggregate(files=Count("hash"), bytes=Sum("size", default=0))
    return Totals(**found)


def preparation(version: Version) -> Preparation | None:
    """Return how far the file of *version* is; None when it has none, or is of the other city."""
    return Preparation.objects.filter(version=version).first()


def address_of(version: Version, name: str, person: Person) -> str:
    """Return the address of a file of *version* for *person* and ten minutes; empty if not here.

    Who has it needs no cookie. It stops working when the person loses their seat, and opens
    nothing for somebody else who is signed in.
    """
    kept = kept_as(version, name)
    return _address(version, name, kept, person) if kept else ""


def addresses_of(versions: Sequence[Version], name: str, person: Person) -> Mapping[str, str]:
    """Return what `address_of` says of each of *versions*, by URI, with one query."""
    said = {version.uri: (version.media or {}).get("renditions", {}) for version in versions}
    hashes = {uri: made[name]["hash"] for uri, made in said.items() if name in made}
    kept = {file.hash: file for file in MediaFile.objects.filter(Among("hash", hashes.values()))}
    return {
        version.uri: _address(version, name, kept[hashes[version.uri]], person)
        for version in versions
        if hashes.get(version.uri) in kept
    }


def _address(version: Version, name: str, kept: MediaFile, person: Person) -> str:
    said = [person.pk, version.origin, Uri.parse(version.uri).id, name]
    token = signing.dumps(said, salt=SALT)
    suffix = mimetypes.guess_extension(kept.type) or ""
    return media_address(
        reverse("studio:media", kwargs={"token": token, "name": f"{name}{suffix}"})
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, and for whom it was made."""

    person: Person
    version: Version
    name: str


def asked_by(token: str) -> Asked | None:
    """Return what an address that was given out means; None when it is forged, old or void."""
    try:
        person, origin, slug, name = signing.loads(token, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    known = Person.objects.filter(pk=person, user__is_active=True).first()
    version = Version.objects.live().filter(uri=str(Uri(origin, slug))).first()
    if known is None or version is None:
        return None
    return Asked(known, version, name)


HEAD = 4096
"""Bytes at the beginning of a file that say what it is."""
PICTURES = (
    # what a browser shows as a picture, by how its bytes begin
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
OTHERS = (
    (b"%PDF-", "application/pdf"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"BM", "image/bmp"),
)
LARGEST_PICTURE = 8 * 1024 * 1024
"""Bytes of a file beside a comment that pages still show as a picture."""


def kind_of(head: bytes) -> str:
    """Return the media type of a file that begins with *head*: a picture, PDF or text; or empty."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    known = next((kind for mark, kind in (*PICTURES, *OTHERS) if head.startswith(mark)), "")
    return known or ("text/plain" if _is_text(head) else "")


def _is_text(head: bytes) -> bool:
    """Tell whether *head* is UTF-8 without zero bytes; its last letter may be cut."""
    try:
        getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head


def is_shown(kind: str) -> bool:
    """Tell whether pages show a file of the media type *kind* as a picture."""
    return kind == "image/webp" or kind in dict(PICTURES).values()


def picture_address(file: Attachment, person: Person) -> str:
    """Return the address of a picture beside a comment, for *person* and ten minutes."""
    token = signing.dumps([person.pk, file.pk], salt=BESIDE)
    return media_address(reverse("studio:attached-picture", kwargs={"token": token}))


def picture_asked_by(token: str) -> tuple[Person, Attachment] | None:
    """Return for whom a picture's address was made, and the file; None: forged, old or void."""
    try:
        person, number = signing.loads(token, salt=BESIDE, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    known = Person.objects.filter(pk=person, user__is_active=True).first()
    beside = Attachment.objects.filter(pk=number, comment__withdrawn_at=None)
    file = beside.select_related("comment").first()
    return (known, file) if known and file else None
