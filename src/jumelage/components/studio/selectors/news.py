"""What was said last in a production."""

from collections.abc import Sequence

from jumelage.components.studio.models import Comment, Production, Version

FEW = 8


def newest(production: Production) -> Sequence[Comment | Version]:
    """Return the newest comments and versions of both cities, the newest first."""
    comments = Comment.objects.live().filter(production=production)
    versions = Version.objects.live().filter(production=production)
    found: list[Comment | Version] = []
    for rows in (comments, versions):
        said = rows.select_related("seat__node", "seat__organisation", "task__entity__parent")
        found += said.order_by("-created_at", "uri")[:FEW]
    return sorted(found, key=lambda row: row.created_at, reverse=True)[:FEW]
