"""What a node says about its city; data, never two hard-coded names."""

from dataclasses import dataclass, field

from jumelage.kit.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    """The city's accent colour on light and on dark paper, as `#rrggbb`."""

    light: str = "#35607a"
    dark: str = "#8bb7cd"


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city as its own node describes it to the others."""

    slug: str
    name: Bilingual
    country: str
    time_zone: str
    languages: tuple[str, ...]
    accent: Accent = field(default_factory=Accent)

    def __str__(self) -> str:
        """Return the name in the active language."""
        return str(self.name)
