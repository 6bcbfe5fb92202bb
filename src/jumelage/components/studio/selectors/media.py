"""Questions about the files of versions."""

from jumelage.components.studio.models import MediaFile, Preparation, Version


def rendition(version: Version, name: str) -> MediaFile | None:
    """Return the kept file that *version* names *name* (`hd`, `original`...); None if not here."""
    if version.media is None:
        return None
    said = (
        version.media["original"] if name == "original" else version.media["renditions"].get(name)
    )
    return MediaFile.objects.filter(pk=said["hash"]).first() if said else None


def preparation(version: Version) -> Preparation | None:
    """Return how far the file of *version* is; None when it has none, or is of the other city."""
    return Preparation.objects.filter(version=version).first()
