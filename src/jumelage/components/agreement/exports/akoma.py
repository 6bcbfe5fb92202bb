"""Writes the text of an instrument as Akoma Ntoso 3.0: two expressions of one work.

The standard has no type for an agreement between cities, so the generic `doc` is used. The
work, its French and its English expression and their manifestations are named by FRBR
addresses made from the partnership and the instrument. Only what the record holds is written.
Source: OASIS LegalDocML, Akoma Ntoso Version 1.0 Part 2 (namespace `akn/3.0`).
"""

from xml.etree import ElementTree as ET

from jumelage.components.agreement.models import Commitment, Instrument
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import LANGUAGES, Bilingual

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_ISO_639_2 = {"fr": "fra", "en": "eng"}
_ARTICLE = {"fr": "Article", "en": "Article"}
_UNDATED = "0001-01-01"
"""The standard wants a date; this one says that none is known (and `name` says so too)."""

ET.register_namespace("", NAMESPACE)


def akoma_ntoso(instrument: Instrument, language: str) -> bytes:
    """Return *instrument* in *language* (`fr` or `en`) as an Akoma Ntoso document, UTF-8.

    A text that exists only in the other language is written in it and marked `xml:lang`.
    """
    root = ET.Element(_tag("akomaNtoso"))
    document = _under(root, "doc", name=instrument.type)
    _Meta(instrument, language).write(document)
    _preface(document, instrument, language)
    _body(document, instrument, language)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _under(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(name), attributes)
    child.text = text or None
    return child


def work_address(instrument: Instrument) -> str:
    """Return the FRBR address of the work: country of neither city, so `un`; then its names."""
    day = _day(instrument.signed_on)
    return f"/akn/un/doc/{instrument.partnership.slug}/{day}/{instrument.slug}"


def _day(day: FuzzyDate | None) -> str:
    return day.first_day.isoformat() if day else _UNDATED


class _Meta:
    """The identification block: work, expression, manifestation, and who is meant."""

    def __init__(self, instrument: Instrument, language: str) -> None:
        self.instrument, self.language = instrument, language
        self.work = work_address(instrument)
        self.day = _day(instrument.signed_on)

    def write(self, document: ET.Element) -> None:
        meta = _under(document, "meta")
        identification = _under(meta, "identification", source="#jumelage")
        self._work(_under(identification, "FRBRWork"))
        self._expression(_under(identification, "FRBRExpression"))
        self._manifestation(_under(identification, "FRBRManifestation"))
        self._references(_under(meta, "references", source="#jumelage"))

    def _date_name(self) -> str:
        known = self.instrument.signed_on
        return f"signed-{known.precision}" if known else "signature-date-unknown"

    def _work(self, level: ET.Element) -> None:
        _under(level, "FRBRthis", value=f"{self.work}/!main")
        _under(level, "FRBRuri", value=self.work)
        _under(level, "FRBRalias", value=self.instrument.uri, name="record")
        _under(level, "FRBRdate", date=self.day, name=self._date_name())
        for party in self.instrument.parties:
            _under(level, "FRBRauthor", href=f"#{_id(party)}")
        _under(level, "FRBRcountry", value="un")

    def _expression(self, level: ET.Element) -> None:
        address = f"{self.work}/{_ISO_639_2[self.language]}@"
        _under(level, "FRBRthis", value=f"{address}/!main")
        _under(level, "FRBRuri", value=address)
        _under(level, "FRBRdate", date=self.day, name=self._date_name())
        _under(level, "FRBRauthor", href="#jumelage")
        _under(level, "FRBRlanguage", language=_ISO_639_2[self.language])

    def _manifestation(self, level: ET.Element) -> None:
        address = f"{self.work}/{_ISO_639_2[self.language]}@.xml"
        _under(level, "FRBRthis", value=f"{self.work}/{_ISO_639_2[self.language]}@/!main.xml")
        _under(level, "FRBRuri", value=address)
        _under(
            level, "FRBRdate", date=self.instrument.recorded_at.date().isoformat(), name="recorded"
        )
        _under(level, "FRBRauthor", href="#jumelage")

    def _references(self, references: ET.Element) -> None:
        for party in self.instrument.parties:
            _under(
                references,
                "TLCOrganization",
                eId=_id(party),
                href=f"/akn/ontology/organization/{_id(party)}",
                showAs=party,
            )
        for number, signature in enumerate(self.instrument.signatories, 1):
            _under(
                references,
                "TLCPerson",
                eId=f"signatory-{number}",
                href=f"/akn/ontology/person/signatory-{number}",
                showAs=signature.name,
            )
        _under(
            references,
            "TLCOrganization",
            eId="jumelage",
            href="/akn/ontology/organization/jumelage",
            showAs="Jumelage",
        )


def _id(reference: str) -> str:
    return reference.replace(":", "-")


def _worded(
    parent: ET.Element, name: str, text: Bilingual, language: str, /, **attributes: str
) -> ET.Element:
    """Write *text*, marked with its language when it is not the document's."""
    words, own = text.read(language)
    child = _under(parent, name, words, **attributes)
    if own != language and own in LANGUAGES:
        child.set("{http://www.w3.org/XML/1998/namespace}lang", own)
    return child


def _preface(document: ET.Element, instrument: Instrument, language: str) -> None:
    preface = _under(document, "preface")
    line = _under(preface, "p")
    _worded(line, "docTitle", instrument.title, language)
    if instrument.signed_on:
        dated = _under(preface, "p")
        known = instrument.signed_on
        _under(dated, "docDate", known.text, date=known.first_day.isoformat())
    for number, signature in enumerate(instrument.signatories, 1):
        signed = _under(preface, "p")
        person = _under(signed, "signature")
        _under(person, "person", signature.name, refersTo=f"#signatory-{number}")
        _worded(person, "role", signature.office, language, refersTo=f"#{_id(signature.party)}")


def _body(document: ET.Element, instrument: Instrument, language: str) -> None:
    body = _under(document, "mainBody")
    lines = Commitment.objects.live().filter(instrument=instrument.uri).order_by("position")
    by_article: dict[str, list[Commitment]] = {}
    for line in lines:
        by_article.setdefault(line.article, []).append(line)
    for number, article in enumerate(instrument.articles, 1):
        part = _under(body, "article", eId=f"art_{number}")
        _under(part, "num", f"{_ARTICLE[language]} {number}")
        _worded(part, "heading", article.title, language)
        held = by_article.get(article.slug, [])
        for at, line in enumerate(held, 1):
            _commitment(part, line, f"art_{number}__para_{at}", language)
        if not held:
            _under(_under(_under(part, "paragraph", eId=f"art_{number}__para_1"), "content"), "p")


def _commitment(part: ET.Element, line: Commitment, name: str, language: str) -> None:
    paragraph = _under(part, "paragraph", eId=name)
    _under(paragraph, "num", line.slug)
    if line.title:
        _worded(paragraph, "heading", line.title, language)
    _worded(_under(paragraph, "content"), "p", line.text, language)
