"""What a guest sees."""

from collections.abc import Sequence

from jumelage.components.studio.models import GuestLink, Version
from jumelage.components.studio.review.places import seen_in
from jumelage.components.studio.review.playlists import playlist_by_uri

MOST = 500


def versions_for(link: GuestLink) -> Sequence[Version]:
    """Return the versions *link* shows: the playlist’s in its order, or the newest of each task."""
    held = Version.objects.live().filter(production=link.production_id, media__isnull=False)
    held = held.filter(production__withdrawn_at=None)
    held = held.select_related("task__entity", "production")
    if not link.playlist:
        newest = {version.task_id: version for version in held.order_by("revision", "created_at")}
        return sorted(newest.values(), key=lambda one: (one.task.entity.name, one.uri))[:MOST]
    playlist = playlist_by_uri(link.playlist)
    if playlist is None or playlist.production_id != link.production_id:
        return []
    return [version for version in seen_in([playlist]) if version.media][:MOST]


def version_for(link: GuestLink, uri: str) -> Version | None:
    """Return the version *uri* if *link* shows it."""
    return next((version for version in versions_for(link) if version.uri == uri), None)
