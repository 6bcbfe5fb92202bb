"""Questions about the log of views."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from jumelage.components.studio.models import Production, Version, View

HEAD = (
    "from", "to", "viewer", "as", "shot", "task", "version", "what", "rendition", "requests",
)  # fmt: skip


def views_of(
    production: Production, since: date, until: date, category: str = ""
) -> QuerySet[View]:
    """Return the views of *production* on the UTC days *since* to *until*, the newest first."""
    first = datetime.combine(since, time.min, UTC)
    last = datetime.combine(until, time.min, UTC) + timedelta(days=1)
    found = View.objects.filter(
        production=production.uri, first_at__gte=first, first_at__lt=last
    ).select_related("person", "guest")
    if category:
        found = found.filter(category=category)
    return found.order_by("-first_at", "-pk")


def versions_in(views: list[View]) -> Mapping[str, Version]:
    """Return the versions that *views* are of, by URI."""
    wanted = {view.version for view in views}
    found = Version.objects.filter(uri__in=wanted).select_related("task__entity")
    return {version.uri: version for version in found}


def lines(views: QuerySet[View]) -> Iterator[tuple[str, ...]]:
    """Yield the log as lines of a table, its head first; instants in UTC (RFC 3339)."""
    yield HEAD
    shown = list(views)
    versions = versions_in(shown)
    for view in shown:
        version = versions.get(view.version)
        yield (
            _instant(view.first_at),
            _instant(view.last_at),
            viewer(view),
            view.category,
            version.task.entity.name if version else "",
            version.task.task_type if version else "",
            str(version) if version else view.version,
            view.what,
            view.name,
            str(view.requests),
        )


def viewer(view: View) -> str:
    """Return who looked; empty when the person has left this node."""
    return str(view.person or view.guest or "")


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
