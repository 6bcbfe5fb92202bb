"""`{% load rooms %}`: hours of two cities, and states of bookings in words."""

from datetime import date, datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jumelage.components.rooms.showing.week import words_for
from jumelage.components.rooms.words import ACCESSIBILITY, EQUIPMENT, written
from jumelage.directory.calendars.models import Resource
from jumelage.shell.look import times

register = template.Library()
MONDAY = date(2024, 1, 1)
"""Any Monday."""


@register.filter
def weekday_name(value: date) -> str:
    """Write the day of the week for a narrow column: `Mon`, `lun.`."""
    return times.day(value, "EEE")


@register.filter
def long_weekday(value: date) -> str:
    """Write a day with its name: `Monday 23 November 2026`."""
    return times.day(value, "EEEE d MMMM y")


@register.filter
def week_word(kind: str) -> str:
    """Write what a block of the week means."""
    return words_for(kind)


@register.simple_tag
def both_spans(
    begins: datetime, ends: datetime, here: times.Place, there: times.Place
) -> SafeString:
    """Write from when to when on both clocks: `09:00–12:00 Paris · 00:00–03:00 San Francisco`."""
    first, second = (times.both(instant, here, there) for instant in (begins, ends))
    parts = [
        format_html('<span class="nowrap">{}</span>', _span(begin, end))
        for begin, end in zip(first, second, strict=True)
    ]
    return format_html("{} · {}", *parts)


def _span(begin: times.LocalTime, end: times.LocalTime) -> str:
    """Write one city's side; the end of a day is 24:00 of that day."""
    closing = "24:00" if _is_midnight_after(begin.at, end.at) else end.hour
    mark = f" {begin.mark}" if begin.mark else ""
    return f"{begin.hour}–{closing} {begin.place}{mark}"


def _is_midnight_after(begin: datetime, end: datetime) -> bool:
    return end.hour == end.minute == 0 and end.date() > begin.date()


@register.filter
def equipment_words(room: Resource) -> list[str]:
    """Write what a room has."""
    return written(room.equipment, EQUIPMENT)


@register.filter
def accessibility_words(room: Resource) -> list[str]:
    """Write how one gets about in a room."""
    return written(room.accessibility, ACCESSIBILITY)


@register.filter
def day_of_week(number: int) -> str:
    """Write a day of the week; Monday is 0."""
    return times.day(MONDAY + timedelta(days=number), "EEE")
