"""Stating how the studio of this city was used, month by month."""

from datetime import timedelta

from django.db import transaction

from jumelage.bridge.api import KindNotOpenedError, me, new_uri, publish
from jumelage.components.studio.models import Usage
from jumelage.components.studio.records.usage import FEW, Figures, UsageStated
from jumelage.components.studio.selectors.house.usage import Counted, counted
from jumelage.kit import clock
from jumelage.kit.dates import Period


def state_usage() -> int:
    """State the month that ended last, once, if an article opens it; return how many. A duty."""
    last_day = clock.today().replace(day=1) - timedelta(days=1)
    month = Period.month(last_day.year, last_day.month)
    name, here = f"{month.start:%Y-%m}", me().origin
    if Usage.objects.live().filter(origin=here, month=name).exists():
        return 0
    found = counted(month, here)
    if not found:
        return 0
    record = UsageStated(
        uri=new_uri(),
        created_at=clock.now(),
        month=name,
        figures={category: told(one) for category, one in sorted(found.items())},
    )
    try:
        with transaction.atomic():
            publish(record)
    except KindNotOpenedError:
        return 0
    return 1


def told(one: Counted) -> Figures:
    """Return what may be told: nothing of what one to four people did."""
    people = len(one.people)
    if people < FEW:
        return Figures()
    return Figures(
        people=people,
        sessions=one.sessions,
        minutes=one.minutes,
        versions=one.versions,
        notes=one.notes,
    )
