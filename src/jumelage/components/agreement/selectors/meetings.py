"""Questions about joint meetings and the work they decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.errors import NotFoundError
from jumelage.components.agreement.models import Meeting, Partnership
from jumelage.components.agreement.models.values import WorkItem
from jumelage.kit import clock


def meetings(of: Partnership) -> QuerySet[Meeting]:
    """Return the meetings of *of*, newest first."""
    found = Meeting.objects.live().filter(partnership=of.uri)
    return found.select_related("partnership").order_by("-starts_local", "uri")


def meeting(uri: str) -> Meeting:
    """Return the meeting *uri*.

    Raises:
        NotFoundError: there is none.
    """
    found = Meeting.objects.live().select_related("partnership").filter(uri=uri).first()
    if found is None:
        raise NotFoundError(thing=_("meeting"), name=uri[:80])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """A work item that is not done, and the meeting that decided it."""

    meeting: Meeting
    position: int
    item: WorkItem
    late: bool


def open_work(of: Partnership) -> Sequence[OpenWork]:
    """Return what the meetings of *of* decided and nobody has finished, first due first."""
    today = clock.today()
    found = [
        OpenWork(
            meeting=held,
            position=position,
            item=item,
            late=item.due is not None and item.due < today,
        )
        for held in meetings(of).filter(held=True)
        for position, item in enumerate(held.work)
        if item.done is None
    ]
    return sorted(found, key=lambda work: (work.item.due is None, work.item.due or today))
