"""The studio: productions of both cities, from the first shot to the last approval."""

from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.records import RECORDS
from jumelage.components.studio.selectors.counts import (
    count_decisions,
    count_notes,
    count_productions,
    count_versions,
)
from jumelage.components.studio.selectors.house.usage import count_minutes, count_sessions
from jumelage.components.studio.selectors.sessions import count_review_minutes, count_reviews
from jumelage.components.studio.services.house.usage import state_usage
from jumelage.components.studio.services.house.viewing import forget_old_views
from jumelage.components.studio.services.media.crossing import send_wanted, take_deliveries
from jumelage.components.studio.services.media.releasing import release_oldest
from jumelage.components.studio.services.media.tasks import take_again
from jumelage.components.studio.services.requests import answer_trusted
from jumelage.components.studio.services.review.sessions import prepare_sessions
from jumelage.components.studio.together.kind import Review
from jumelage.kit.component import Component, Duty, Indicator, Page

component = Component(
    name="studio",
    label=_("Studio"),
    services=("studio",),
    records=RECORDS,
    indicators=(
        Indicator(
            name="joint-productions",
            service="studio",
            unit=_("productions"),
            label=_("Productions worked on by teams of both cities"),
            definition=_(
                "Productions open to both cities for which each of them said or published "
                "something in the period."
            ),
            measure=count_productions,
        ),
        Indicator(
            name="versions-published",
            service="studio",
            unit=_("versions"),
            label=_("Versions published"),
            definition=_("Versions published in the period for productions of both cities."),
            measure=count_versions,
        ),
        Indicator(
            name="decisions-taken",
            service="studio",
            unit=_("decisions"),
            label=_("Decisions taken"),
            definition=_(
                "Approvals and retakes given in the period, in productions of both cities."
            ),
            measure=count_decisions,
        ),
        Indicator(
            name="notes-made",
            service="studio",
            unit=_("notes"),
            label=_("Notes made"),
            definition=_("Comments and drawings of the period, in productions of both cities."),
            measure=count_notes,
        ),
        Indicator(
            name="studio-sessions",
            service="studio",
            unit=_("sessions"),
            label=_("Sessions in the studio"),
            definition=_(
                "Sessions of members and guests in the months stated, by both cities; what one to "
                "four people did is withheld and does not count."
            ),
            measure=count_sessions,
        ),
        Indicator(
            name="studio-minutes",
            service="studio",
            unit=_("minutes"),
            label=_("Minutes in the studio"),
            definition=_(
                "Minutes of those sessions, begun ones counted whole; what one to four people did "
                "is withheld and does not count."
            ),
            measure=count_minutes,
        ),
        Indicator(
            name="reviews-held",
            service="studio",
            unit=_("sessions"),
            label=_("Reviews held by both cities"),
            definition=_(
                "Review sessions of the period at which people of both cities looked at the same "
                "pictures, as the city that hosted each states them."
            ),
            measure=count_reviews,
        ),
        Indicator(
            name="review-minutes",
            service="studio",
            unit=_("minutes"),
            label=_("Minutes of joint review"),
            definition=_("Minutes of those sessions while people of both cities were there."),
            measure=count_review_minutes,
        ),
    ),
    sessions=(Review(),),
    sends_apart=True,
    pages=(Page(label=_("Studio"), url_name="studio:home", order=30),),
    duties=(
        Duty(name="answer-trusted", run=answer_trusted, every=300, on_change=True),
        Duty(name="send-files", run=send_wanted, every=30, on_change=True),
        Duty(name="take-files-in", run=take_deliveries, every=10),
        Duty(name="release-deliveries", run=release_oldest, every=600),
        Duty(name="prepare-sessions", run=prepare_sessions, every=60, on_change=True),
        Duty(name="prepare-again", run=take_again, every=15),
        Duty(name="state-usage", run=state_usage, every=3600),
        Duty(name="forget-views", run=forget_old_views, every=3600),
    ),
)
