"""Who takes part in the demonstration: two cities, and accounts named by their role."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation.trans_null import gettext_noop as _

PASSWORD = "two cities one bridge"  # noqa: S105  # printed on screen; both nodes listen on loopback only


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration: the e-mail address is the role's name."""

    name: str
    title_fr: str
    title_en: str
    purpose: str
    roles: tuple[str, ...] = ()

    def email(self, slug: str) -> str:
        """Return the address in the city *slug*; `.invalid` can never receive mail."""
        return f"{self.name}@{slug}.demo.invalid"

    def title(self, language: str) -> str:
        """Return the name shown on pages."""
        return self.title_fr if language == "fr" else self.title_en


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A city of the demonstration: its settings and nothing that is not data."""

    slug: str
    port: int
    settings: Mapping[str, object]
    janus: bool = False
    """Whether Janus runs beside it; chosen anew at each start, so it is not among the settings."""
    films_host: str = ""
    """Host name films are asked from, as `janus` chosen anew; empty: from the pages' own."""

    @property
    def language(self) -> str:
        """The first language of the city."""
        return str(self.settings["language"])

    @property
    def name(self) -> str:
        """The name in English; both demonstration cities are called the same in French."""
        return str(self.settings["name_en"])

    @property
    def address(self) -> str:
        """Where the city's pages are; `localhost`, where browsers allow passkeys without TLS."""
        return f"http://localhost:{self.port}/"

    @property
    def freight_port(self) -> int:
        """Where freight arrives: moved as the pages' port is, so that two demonstrations can run."""
        usual = int(str(self.settings["freight_port"]))
        moved = usual + self.port - USUAL_PORTS[self.slug]
        return moved if FIRST_FREE_PORT <= moved <= LAST_PORT else usual

    @property
    def media_url(self) -> str:
        """Where its films are; empty: where its pages are."""
        return f"http://{self.films_host}:{self.port}" if self.films_host else ""


USUAL_PORTS = {"paris": 8075, "san-francisco": 8415}
FIRST_FREE_PORT, LAST_PORT = 1024, 65535
PARIS = DemoCity(
    "paris",
    USUAL_PORTS["paris"],
    {
        "name_fr": "Paris",
        "name_en": "Paris",
        "country": "FR",
        "time_zone": "Europe/Paris",
        "language": "fr",
        "accent_light": "#35607a",
        "accent_dark": "#8bb7cd",
        "freight_port": 7375,
        "janus_ports": "10000-10199",
    },
)
SAN_FRANCISCO = DemoCity(
    "san-francisco",
    USUAL_PORTS["san-francisco"],
    {
        "name_fr": "San Francisco",
        "name_en": "San Francisco",
        "country": "US",
        "time_zone": "America/Los_Angeles",
        "language": "en",
        "accent_light": "#b8361f",
        "accent_dark": "#f08a6c",
        "freight_port": 7415,
        "janus_ports": "10200-10399",
    },
)
ACCOUNTS = (
    DemoAccount(
        "officer",
        "Responsable du jumelage (démo)",
        "City officer (demo)",
        _("runs the agreement: evidence, meetings, renewal, report"),
        ("officer",),
    ),
    DemoAccount(
        "owner",
        "Responsable d’engagements (démo)",
        "Commitment owner (demo)",
        _("looks after commitments and states evidence"),
    ),
    DemoAccount(
        "deputy",
        "Suppléance (démo)",
        "Commitment deputy (demo)",
        _("stands in for the owner"),
    ),
    DemoAccount(
        "coordinator",
        "Coordination (démo)",
        "Coordinator (demo)",
        _("has rights on one commitment only"),
    ),
    DemoAccount(
        "editor",
        "Rédaction d’une organisation (démo)",
        "Organisation editor (demo)",
        _("writes for one organisation"),
    ),
    DemoAccount("member", "Membre (démo)", "Member (demo)", _("has an account and nothing else")),
    DemoAccount(
        "observer",
        "Observation (démo)",
        "Observer (demo)",
        _("reads what is not public, changes nothing"),
        ("observer",),
    ),
    DemoAccount(
        "administrator",
        "Administration (démo)",
        "Administrator (demo)",
        _("accounts, roles, pairing"),
        ("administrator",),
    ),
)
