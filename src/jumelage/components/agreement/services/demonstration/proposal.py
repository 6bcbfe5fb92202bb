"""The demonstration convention: made from the living commitments, proposed and signed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import (
    Commitment,
    Instrument,
    Partnership,
    RenewalDraft,
    RenewalLine,
)
from jumelage.components.agreement.models.values import AnnexClause, Article, IndicatorText, Target
from jumelage.components.agreement.services.demonstration.script import (
    desk,
    desk_slug,
    history,
    script,
)
from jumelage.components.agreement.services.renewals import (
    draft_renewal,
    party_nodes,
    propose_draft,
    sign_text,
)
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.component import Record, indicators, record_types
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual

ANNEX_ARTICLE = "data-annex"


def signing_nodes(partnership: Partnership) -> tuple[str, ...]:
    """Return the nodes that sign: the partnership's, else every paired one."""
    of_cities = party_nodes(partnership)
    if len(of_cities) > 1:
        return of_cities
    return (bridge.me().origin, *(peer.origin for peer in bridge.peers()))


@transaction.atomic
def propose(partnership: Partnership, by: Person) -> Instrument:
    """Draft the convention from the living commitments and propose it to every node."""
    told = script()["convention"]
    draft = RenewalDraft.objects.filter(slug=told["slug"]).first() or draft_renewal(
        partnership=partnership,
        slug=told["slug"],
        title=Bilingual(**told["title"]),
        starts=FuzzyDate(told["from"]),
        ends=FuzzyDate(told["to"]),
        invented=True,
        by=by,
    )
    nodes = signing_nodes(partnership)
    known = bridge.Node.objects.in_bulk(nodes)
    draft.parties = tuple(desk_slug(known[origin].slug) for origin in nodes)
    draft.supporters = ()
    draft.governance = Bilingual(**told["governance"])
    draft.reporting_duty = Bilingual(**told["reporting_duty"])
    annex = Article(slug=ANNEX_ARTICLE, title=Bilingual(**told["annex_article"]))
    draft.articles = (*(a for a in draft.articles if a.slug != ANNEX_ARTICLE), annex)
    draft.annex = tuple(
        AnnexClause(article=ANNEX_ARTICLE, kind=kind, audience=_widest(record))
        for kind, record in sorted(record_types().items())
        if not record.opened_by_pairing
    )
    draft.save()
    for line in draft.lines.all():
        _rewrite(line)
    desk(by)
    return propose_draft(draft=draft, nodes=nodes, by=by)


def _widest(record: type[Record]) -> str:
    """Return the widest audience that *record* may have."""
    return next(each for each in ("public", "network", "twin") if each in record.audiences)


def _rewrite(line: RenewalLine) -> None:
    """Give the line its short title, new words without real names, and its indicators."""
    older = Commitment.objects.get(uri=line.renews)
    told = script()["commitments"][older.slug]
    line.title = Bilingual(**told["title"])
    line.owners, line.partners = (), ()
    if "reword" in told:
        line.choice, line.text = RenewalLine.Choice.REWORD, Bilingual(**told["reword"])
    if "deadline_days" in told:
        line.deadline = FuzzyDate(str(clock.today() - timedelta(days=told["deadline_days"])))
    line.indicators = tuple(_indicators(line.service))
    line.save()


def _indicators(service: str) -> Iterator[IndicatorText]:
    """Yield the project's suggestions for *service*, counted where a component counts them."""
    for told in history()["suggested_indicators"]["by_service"].get(service, ()):
        counted = (service, told["id"]) in indicators()
        yield IndicatorText(
            uri="",
            slug=told["id"],
            unit=told["unit"],
            label=Bilingual(fr=told["fr"], en=told["en"]),
            service=service if counted else "",
            name=told["id"] if counted else "",
            reading="latest" if told["unit"] == "percent" else "sum",
            targets=tuple(_targets(told["id"])),
        )


def _targets(slug: str) -> Iterator[Target]:
    told = script()["convention"]
    for year in range(int(told["from"]), int(told["to"]) + 1):
        value = Decimal(script()["targets"][slug])
        yield Target(period=Period.year(year), value=value)


def sign(convention: Instrument, by: Person) -> None:
    """Sign the convention for this city's invented desk."""
    sign_text(
        instrument=convention,
        text_hash=convention.text_hash,
        office=Bilingual(**script()["office"]),
        party=desk(by).slug,
        by=by,
    )
