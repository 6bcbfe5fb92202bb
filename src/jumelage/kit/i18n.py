"""Text that exists in French, in English, or in both."""

from dataclasses import dataclass

from django.utils.translation import get_language

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """One text in up to two languages; a missing language is the empty string."""

    fr: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        """Tell whether the text exists in any language."""
        return bool(self.fr or self.en)

    def __str__(self) -> str:
        """Return the text in the active language, else in the language that exists."""
        return self.read()[0]

    def read(self, language: str | None = None) -> tuple[str, str]:
        """Return `(text, its language)` for *language* (default: the active one).

        A text that does not exist in *language* comes in the other one, never blank,
        so that the page can mark it with the language it is really in (R47).
        """
        wanted = language or (get_language() or "en")[:2]
        if wanted in LANGUAGES and getattr(self, wanted):
            return getattr(self, wanted), wanted
        other = "fr" if self.fr else "en"
        return getattr(self, other), other

    def as_dict(self) -> dict[str, str]:
        """Return the languages that exist, as stored in JSON columns."""
        return {code: text for code in LANGUAGES if (text := getattr(self, code))}

    @classmethod
    def of(cls, stored: dict[str, str] | None) -> "Bilingual":
        """Read the value back from a JSON column."""
        known = {code: text for code, text in (stored or {}).items() if code in LANGUAGES}
        return cls(**known)
