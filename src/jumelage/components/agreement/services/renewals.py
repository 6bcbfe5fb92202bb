"""Making the next instrument from the last: draft, propose, co-sign."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jumelage.bridge import api as bridge
from jumelage.components.agreement.errors import (
    DraftIncompleteError,
    NotPartyError,
    TextChangedError,
)
from jumelage.components.agreement.models import (
    Commitment,
    Indicator,
    Instrument,
    Partnership,
    RenewalDraft,
    RenewalLine,
    TextSignature,
)
from jumelage.components.agreement.models.settle import settle
from jumelage.components.agreement.models.values import (
    AnnexClause,
    Article,
    CommitmentText,
    IndicatorText,
    Signed,
)
from jumelage.components.agreement.records import InstrumentProposed, TextSigned
from jumelage.components.agreement.selectors.partnerships import (
    instruments,
    living_commitments,
)
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual

Choice = RenewalLine.Choice


@transaction.atomic
def draft_renewal(
    *,
    partnership: Partnership,
    slug: str,
    title: Bilingual,
    starts: FuzzyDate,
    ends: FuzzyDate,
    by: Person,
    invented: bool = False,
) -> RenewalDraft:
    """Begin the next instrument of *partnership* with every living commitment kept.

    The draft is local. Edit its lines and annex, then `propose_draft`. Commitments are
    numbered by the year of the beginning: `2026.1`, `2026.2`...
    """
    ensure(by, "agreement.draft-renewal", partnership)
    last = instruments(partnership).filter(agreed=True).last() or instruments(partnership).last()
    living = list(living_commitments(partnership))
    draft = RenewalDraft.objects.create(
        partnership=partnership.uri,
        renews=last.uri if last and last.agreed else "",
        slug=slug,
        type=Instrument.Type.COOPERATION_CONVENTION,
        title=title,
        in_force_from=starts,
        in_force_to=ends,
        articles=_articles(living),
        parties=last.parties if last else (),
        supporters=last.supporters if last else (),
        annex=last.annex if last else (),
        invented=invented,
    )
    RenewalLine.objects.bulk_create(
        _line(draft, at, older, starts) for at, older in enumerate(living, 1)
    )
    return draft


def _articles(living: Sequence[Commitment]) -> tuple[Article, ...]:
    """Return the articles the living commitments stand under, each once."""
    found: dict[str, Article] = {}
    for older in living:
        for article in older.instrument.articles:
            if article.slug == older.article:
                found.setdefault(article.slug, article)
    return tuple(found.values())


def _line(draft: RenewalDraft, at: int, older: Commitment, starts: FuzzyDate) -> RenewalLine:
    return RenewalLine(
        draft=draft,
        position=at,
        renews=older.uri,
        slug=f"{starts.first_day.year}.{at}",
        article=older.article,
        service=older.service,
        text=older.text,
        title=older.title,
        owners=older.owners,
        partners=older.partners,
        beneficiaries=older.beneficiaries,
        deadline=draft.in_force_to,
        indicators=tuple(_same_indicator(i) for i in older.indicators.all()),
    )


def _same_indicator(indicator: Indicator) -> IndicatorText:
    """Return the wording of *indicator* without its targets: a new period has new ones."""
    return IndicatorText(
        uri="",
        slug=indicator.slug,
        unit=indicator.unit,
        label=indicator.label,
        definition=indicator.definition,
        service=indicator.service,
        name=indicator.name,
        reading=indicator.reading,
        baseline=indicator.baseline,
    )


@transaction.atomic
def change_line(
    *,
    line: RenewalLine,
    choice: str,
    by: Person,
    text: Bilingual | None = None,
    deadline: FuzzyDate | None = None,
    indicators: Sequence[IndicatorText] | None = None,
) -> RenewalLine:
    """Keep, drop or reword one commitment of a draft.

    Keeping takes the old text again; rewording needs *text* in both languages.

    Raises:
        DraftIncompleteError: a language of the new text is missing.
    """
    ensure(by, "agreement.draft-renewal", line.draft)
    line.choice = Choice(choice)
    older = Commitment.objects.filter(uri=line.renews).first()
    if line.choice in {Choice.REWORD, Choice.ADD}:
        if text is None or not (text.fr and text.en):
            raise DraftIncompleteError(reason=_lacks_a_language(line))
        line.text = text
    elif older is not None:
        line.text = older.text
    line.deadline = deadline or line.deadline
    line.indicators = line.indicators if indicators is None else tuple(indicators)
    line.save()
    return line


@transaction.atomic
def add_line(
    *, draft: RenewalDraft, article: str, service: str, text: Bilingual, by: Person
) -> RenewalLine:
    """Add a commitment that no earlier text has."""
    ensure(by, "agreement.draft-renewal", draft)
    last = draft.lines.aggregate(last=Max("position"))["last"] or 0
    year = draft.in_force_from.first_day.year if draft.in_force_from else clock.today().year
    line = RenewalLine(
        draft=draft,
        position=last + 1,
        choice=Choice.ADD,
        slug=f"{year}.{last + 1}",
        article=article,
        service=service,
        text=text,
        deadline=draft.in_force_to,
    )
    return change_line(line=line, choice=Choice.ADD, text=text, by=by)


@transaction.atomic
def change_annex(*, draft: RenewalDraft, annex: Sequence[AnnexClause], by: Person) -> RenewalDraft:
    """Replace what the draft's articles let cross."""
    ensure(by, "agreement.draft-renewal", draft)
    draft.annex = tuple(annex)
    draft.save(update_fields=["annex"])
    return draft


@transaction.atomic
def discard_draft(*, draft: RenewalDraft, by: Person) -> None:
    """Throw a draft away; a proposal made from it stays."""
    ensure(by, "agreement.draft-renewal", draft)
    draft.delete()


@transaction.atomic
def propose_draft(
    *, draft: RenewalDraft, by: Person, audience: str = "public", nodes: Sequence[str] = ()
) -> Instrument:
    """Publish *draft* as a proposal that every node of *nodes* must sign.

    *audience* is `public` or `twin:<peer>`; *nodes* defaults to this node and the paired
    nodes whose city belongs to the partnership. Proposing again revises the same instrument:
    when the text changed, everybody signs again.

    Raises:
        DraftIncompleteError: a language, an article or the other node is missing.
    """
    ensure(by, "agreement.propose-instrument", draft)
    partnership = Partnership.objects.get(uri=draft.partnership)
    parties = tuple(nodes) or party_nodes(partnership)
    lines = list(draft.lines.all())
    _check(draft, lines, parties)
    record = _proposal(draft, lines, parties)
    bridge.publish(record, audience=audience)
    draft.instrument = record.uri
    draft.save(update_fields=["instrument"])
    return Instrument.objects.get(uri=record.uri)


def party_nodes(partnership: Partnership) -> tuple[str, ...]:
    """Return the origins of this node and the paired nodes of the partnership's cities."""
    cities = {city.slug for city in partnership.cities}
    me = bridge.me()
    return (me.origin, *(peer.origin for peer in bridge.peers() if peer.slug in cities))


def _check(draft: RenewalDraft, lines: Sequence[RenewalLine], nodes: Sequence[str]) -> None:
    articles = {article.slug for article in draft.articles}
    kept = [line for line in lines if line.choice != Choice.DROP]
    for line in kept:
        if not (line.text.fr and line.text.en):
            raise DraftIncompleteError(reason=_lacks_a_language(line))
        if line.article not in articles:
            raise DraftIncompleteError(reason=_("{slug} has no article").format(slug=line.slug))
    if not kept:
        raise DraftIncompleteError(reason=_("no commitment is kept"))
    if len(set(nodes)) <= 1:
        raise DraftIncompleteError(reason=_("no other city of the partnership is paired"))


def _lacks_a_language(line: RenewalLine) -> str:
    return _("{slug} needs its text in French and in English").format(slug=line.slug)


def _proposal(
    draft: RenewalDraft, lines: Sequence[RenewalLine], nodes: tuple[str, ...]
) -> InstrumentProposed:
    return InstrumentProposed(
        uri=draft.instrument or bridge.new_uri(),
        partnership=draft.partnership,
        slug=draft.slug,
        type=draft.type,
        title=draft.title,
        parties=draft.parties,
        supporters=draft.supporters,
        articles=draft.articles,
        renews=draft.renews or None,
        signed=Signed(),
        in_force_from=draft.in_force_from,
        in_force_to=draft.in_force_to,
        governance=draft.governance,
        reporting_duty=draft.reporting_duty,
        annex=draft.annex,
        invented=draft.invented,
        nodes=nodes,
        ends=tuple(line.renews for line in lines if line.choice == Choice.DROP and line.renews),
        commitments=tuple(_wording(line) for line in lines if line.choice != Choice.DROP),
    )


def _wording(line: RenewalLine) -> CommitmentText:
    """Return the commitment *line* becomes, under a URI that later proposals keep."""
    if not line.uri:
        line.uri = bridge.new_uri()
    line.indicators = tuple(_named(indicator) for indicator in line.indicators)
    line.save(update_fields=["uri", "indicators"])
    return CommitmentText(
        uri=line.uri,
        slug=line.slug,
        article=line.article,
        service=line.service,
        text=line.text,
        title=line.title,
        owners=line.owners,
        partners=line.partners,
        beneficiaries=line.beneficiaries,
        deadline=line.deadline,
        renews=line.renews or None,
        indicators=line.indicators,
    )


def _named(indicator: IndicatorText) -> IndicatorText:
    return indicator if indicator.uri else replace(indicator, uri=bridge.new_uri())


@transaction.atomic
def sign_text(
    *,
    instrument: Instrument,
    text_hash: str,
    office: Bilingual,
    party: str,
    by: Person,
    audience: str = "public",
) -> TextSignature:
    """Sign the text whose hash the person read; the last signature puts it into force.

    *office* is the office that signs (never a name), *party* the organisation it signs for.

    Raises:
        NotPartyError: this node is not asked to sign, or *party* is not a party.
        TextChangedError: *text_hash* is not the hash of the text as it is now.
    """
    ensure(by, "agreement.sign-text", instrument)
    me = bridge.me().origin
    now = Instrument.objects.get(uri=instrument.uri)
    if me not in now.nodes or party not in now.parties:
        raise NotPartyError
    if text_hash != now.text_hash:
        raise TextChangedError
    held = TextSignature.objects.filter(instrument=now, origin=me).first()
    if held and held.text_hash == text_hash and held.withdrawn_at is None:
        return held
    record = TextSigned(
        uri=held.uri if held else bridge.new_uri(),
        instrument=now.uri,
        text_hash=text_hash,
        office=office,
        party=party,
    )
    bridge.publish(record, audience=audience)
    return TextSignature.objects.get(uri=record.uri)


@transaction.atomic
def withdraw_signature(*, signature: TextSignature, by: Person, audience: str = "public") -> None:
    """Take this city's signature back: the instrument is no longer agreed, its annex closes."""
    ensure(by, "agreement.withdraw-signature", signature.instrument)
    bridge.withdraw(signature.uri, audience=audience)


def settle_instruments() -> None:
    """Open and close annexes whose first or last day has come; run daily, idempotent."""
    for uri in Instrument.objects.filter(standing="proposed").values_list("uri", flat=True):
        settle(uri)
