"""The media of a cut's shots that is kept here, to be packed beside it."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from jumelage.components.studio.editorial.cut import Event
from jumelage.components.studio.editorial.shots import known_shot
from jumelage.components.studio.editorial.writing import Media
from jumelage.components.studio.models import Entity, KeptCut, Production, Version
from jumelage.components.studio.models.values import Media as Facts
from jumelage.components.studio.selectors.house.cuts import shots_of
from jumelage.components.studio.services.media.keeping import is_here, path_of

ENDINGS = {"video/mp4": "mp4", "video/quicktime": "mov", "image/png": "png", "image/jpeg": "jpg"}


def kept_media(kept: KeptCut) -> Callable[[Event], Media | None]:
    """Return what finds the newest movie of an event's shot among the files of this node."""
    shots = shots_of(kept.production)
    names = {name: shot.uri for name, shot in shots.items()}
    newest = _newest(kept.production, shots)
    found: dict[str, Media | None] = {}

    def find(event: Event) -> Media | None:
        uri = known_shot(event.name, names) if event.is_picture and event.name else None
        if uri is None or uri not in newest:
            return None
        if uri not in found:
            found[uri] = _media(newest[uri], kept.production)
        return found[uri]

    return find


def _newest(production: Production, shots: Mapping[str, Entity]) -> dict[str, Version]:
    """Return the newest version with a movie of each shot; the one that stands for it wins."""
    versions = Version.objects.live().filter(production=production, media__isnull=False)
    found = {
        version.task.entity_id: version
        for version in versions.select_related("task").order_by("created_at", "uri")
        if version.facts and version.facts.kind == "movie"
    }
    main = {shot.main_version: shot.uri for shot in shots.values() if shot.main_version}
    chosen = versions.filter(uri__in=list(main))  # of this production, whatever a shot names
    return {**found, **{main[version.uri]: version for version in chosen}}


def _media(version: Version, production: Production) -> Media | None:
    """Return the best file of *version* that is kept here: the original before its renditions."""
    facts = version.facts
    if facts is None:
        return None
    stored = [facts.original, *(facts.renditions.get(name) for name in ("hd", "light"))]
    for one in stored:
        if one and one.type in ENDINGS and is_here(one.hash):
            return Media(
                path=path_of(one.hash),
                hash=one.hash,
                ending=ENDINGS[one.type],
                first=facts.first_frame,
                frames=facts.frames,
                rate=_rate(facts, production),
            )
    return None


def _rate(facts: Facts, production: Production) -> Fraction:
    return Fraction(facts.rate) if facts.rate else production.exact_rate
