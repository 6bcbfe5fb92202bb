"""The invented practice sheets of the demonstration, two for each city."""

from collections.abc import Sequence

from jumelage.bridge import api as bridge
from jumelage.components.practices import services
from jumelage.components.practices.models import Practice
from jumelage.directory.models import Organisation, Person
from jumelage.kit.i18n import Bilingual

Sheet = dict[str, Bilingual]


def _sheet(**texts: tuple[str, str]) -> Sheet:
    return {name: Bilingual(fr=fr, en=en) for name, (fr, en) in texts.items()}


_CONTACT = ("Bureau des coopérations (démonstration)", "Cooperation desk (demonstration)")
SHEETS: Sequence[Sequence[Sheet]] = (
    (
        _sheet(
            title=("Rue aux écoles sans voitures (exemple inventé)", "Car-free school street (invented example)"),
            problem=("Aux heures d’entrée, la rue est dangereuse et l’air y est mauvais.", "At the start of school the street is dangerous and its air is bad."),
            action=("Fermer la rue une demi-heure matin et soir, avec deux bénévoles et une barrière.", "Close the street for half an hour morning and evening, with two volunteers and a gate."),
            result=("Après un an, quatre familles sur cinq veulent garder la fermeture.", "After a year, four families in five want to keep it closed."),
            contact_role=_CONTACT,
        ),
        _sheet(
            title=("Relevés de bruit par les habitants (exemple inventé)", "Noise readings by residents (invented example)"),
            problem=("Les plaintes arrivent sans mesure et ne se comparent pas.", "Complaints come without a measurement and cannot be compared."),
            action=("Prêter vingt capteurs étalonnés et publier les moyennes de la nuit.", "Lend twenty calibrated sensors and publish the night averages."),
            result=("Deux carrefours réglés autrement ; la carte est ouverte à tous.", "Two junctions set differently; the map is open to everybody."),
            contact_role=_CONTACT,
        ),
    ),
    (
        _sheet(
            title=("Un guichet pour les petites entreprises (exemple inventé)", "One desk for small companies (invented example)"),
            problem=("Il faut sept bureaux pour ouvrir un atelier.", "It takes seven offices to open a workshop."),
            action=("Une personne suit le dossier d’un bout à l’autre et répond sous cinq jours.", "One person follows the file from end to end and answers within five days."),
            result=("Délai médian ramené de douze à trois semaines.", "Median time down from twelve weeks to three."),
            contact_role=_CONTACT,
        ),
        _sheet(
            title=("Compost de quartier (exemple inventé)", "Neighbourhood compost (invented example)"),
            problem=("Les déchets de cuisine finissent avec les autres.", "Kitchen waste ends with all the rest."),
            action=("Dix bacs partagés, une clef par immeuble, une visite par semaine.", "Ten shared bins, one key a building, one visit a week."),
            result=("Trop tôt pour le dire : la première année n’est pas finie.", "Too early to say: the first year is not over."),
            contact_role=_CONTACT,
        ),
    ),
)  # fmt: skip


def share(number: int, organisation: Organisation, by: Person) -> None:
    """Share the sheets of city *number* in the name of an invented *organisation*."""
    for texts in SHEETS[number]:
        draft = services.save_draft(texts=texts, organisation=organisation, by=by)
        services.share_practice(draft=draft, by=by)


def adopt(organisation: Organisation, by: Person) -> bool:
    """Adopt the oldest sheet of the other city; tell whether one has arrived."""
    theirs = Practice.objects.live().exclude(origin=bridge.me().origin)
    practice = theirs.order_by("recorded_at", "uri").first()
    if practice is None:
        return False
    plan = Bilingual(
        fr="Essai dans un quartier inventé, au printemps.", en="A trial in an invented district, in spring."
    )  # fmt: skip
    services.adopt_practice(practice=practice, plan=plan, organisation=organisation, by=by)
    return True
