"""Links for guests: made, found again by what is in the address, taken back."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from jumelage.components.studio.models import GuestLink, Playlist, Production
from jumelage.components.studio.services.saying import same_production, voice
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock

LONGEST = timedelta(days=90)


@transaction.atomic
def make_link(
    *,
    production: Production,
    name: str,
    lasts: timedelta,
    by: Person,
    playlist: Playlist | None = None,
    watermark: bool = True,
) -> tuple[GuestLink, str]:
    """Make a link for *name*; return it and the token of its address, told only now."""
    voice(by, "studio.invite-guest", production)
    same_production(production, playlist)
    token = secrets.token_urlsafe(24)
    link = GuestLink.objects.create(
        production=production,
        playlist=playlist.uri if playlist else "",
        digest=digest(token),
        name=name.strip(),
        watermark=watermark,
        made_by=by,
        expires_at=clock.now() + min(lasts, LONGEST),
    )
    return link, token


@transaction.atomic
def revoke_link(*, link: GuestLink, by: Person) -> GuestLink:
    """Take a link back at once; idempotent."""
    ensure(by, "studio.revoke-guest", link)
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
    return link


def link_of(token: str) -> GuestLink | None:
    """Return the link in force with this *token*."""
    links = GuestLink.objects.filter(digest=digest(token), production__withdrawn_at=None)
    link = links.select_related("production").first()
    return link if link and link.is_in_force else None


def digest(token: str) -> str:
    """Return what is kept of *token*."""
    return hashlib.sha256(token.encode()).hexdigest()
