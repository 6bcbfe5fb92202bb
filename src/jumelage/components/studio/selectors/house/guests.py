"""What a guest sees."""

from collections.abc import Sequence

from jumelage.components.studio.models import GuestLink, Playlist, Version

MOST = 500


def versions_for(link: GuestLink) -> Sequence[Version]:
    """Return the versions *link* shows: the playlist’s in its order, or the newest of each task."""
    held = Version.objects.live().filter(production=link.production_id, media__isnull=False)
    held = held.filter(production__withdrawn_at=None)
    held = held.select_related("task__entity", "production")
    if not link.playlist:
        newest = {version.task_id: version for version in held.order_by("revision", "created_at")}
        return sorted(newest.values(), key=lambda one: (one.task.entity.name, one.uri))[:MOST]
    playlist = Playlist.objects.live().filter(uri=link.playlist).first()
    wanted = [item["version"] for item in playlist.items if item["version"]] if playlist else []
    found = {version.uri: version for version in held.filter(uri__in=wanted)}
    return [found[uri] for uri in wanted if uri in found][:MOST]


def version_for(link: GuestLink, uri: str) -> Version | None:
    """Return the version *uri* if *link* shows it."""
    return next((version for version in versions_for(link) if version.uri == uri), None)
