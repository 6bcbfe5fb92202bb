"""What people do in the made year: meetings, owners, a coordinator, a request."""

from datetime import date

from jumelage.components.agreement.models import Partnership
from jumelage.components.agreement.models.values import Attendance, WorkItem
from jumelage.components.agreement.records import (
    CoordinatorNamed,
    CorrectionRequested,
    MeetingCalled,
    MeetingHeld,
    OwnerNamed,
)
from jumelage.kit.i18n import Bilingual
from tests.components.agreement.report.world import (
    PARIS,
    SAN_FRANCISCO,
    Renewed,
    World,
    cities,
    history,
    partnership,
    renewal,
    year_of_evidence,
)

OFFICER = Bilingual(fr="chargé de mission international", en="international officer")


def meetings(world: World, held: Partnership) -> None:
    """Hold one meeting, call another."""
    world.say(
        MeetingHeld(
            uri=world.new(PARIS),
            partnership=held.uri,
            title=Bilingual(fr="Comité conjoint de printemps", en="Spring joint committee"),
            starts_local="2026-03-19T17:30",
            time_zone="Europe/Paris",
            minutes_long=90,
            place=Bilingual(fr="en ligne", en="online"),
            attendance=(
                Attendance(city="paris", role=OFFICER, count=4),
                Attendance(city="paris", role=Bilingual(fr="élu", en="elected member"), count=2),
                Attendance(city="san-francisco", role=OFFICER, count=3),
            ),
            decisions=(
                Bilingual(
                    fr="Nommer un responsable par engagement avant l'été.",
                    en="Name an owner for each commitment before the summer.",
                ),
            ),
            work=(
                WorkItem(
                    text=Bilingual(en="Draft the list of owners."),
                    role=OFFICER,
                    due=date(2026, 6, 30),
                ),
            ),
            minutes=Bilingual(fr="Compte rendu.", en="Minutes."),
        )
    )
    _call(world, held)


def _call(world: World, held: Partnership) -> None:
    world.say(
        MeetingCalled(
            uri=world.new(SAN_FRANCISCO),
            partnership=held.uri,
            title=Bilingual(fr="Comité conjoint d'automne", en="Autumn joint committee"),
            starts_local="2026-10-29T09:00",
            time_zone="America/Los_Angeles",
            minutes_long=60,
        )
    )


def people(world: World, renewed: Renewed) -> None:
    """Name owners and a coordinator, ask for a correction."""
    for number, slug in enumerate(list(renewed.commitments)[:6]):
        world.say(
            OwnerNamed(
                uri=world.new((PARIS, SAN_FRANCISCO)[number % 2]),
                commitment=renewed.commitments[slug],
                role=OFFICER,
                organisation="Atelier Démo (fictif)",
                deputy_role=Bilingual(fr="adjoint", en="deputy") if number % 2 else None,
            )
        )
    world.say(
        CoordinatorNamed(
            uri=world.new(PARIS),
            commitment=renewed.commitments["2009.1"],
            organisation="Atelier Démo (fictif)",
        )
    )
    world.say(
        CorrectionRequested(
            uri=world.new(SAN_FRANCISCO),
            about=renewed.commitments["2009.4"],
            text=Bilingual(en="The English text of the room count needs a word."),
        )
    )


def whole_year(*, per_indicator: int = 16) -> Partnership:
    """Make both cities, the real history, an invented renewal and a year of evidence."""
    world = World()
    cities()
    held = partnership(world)
    renewed = renewal(world, held, history(world, held))
    meetings(world, held)
    people(world, renewed)
    year_of_evidence(world, renewed, per_indicator=per_indicator)
    return held
