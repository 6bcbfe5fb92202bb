"""Cleaning of what people say when they call a review, and when they speak in one."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jumelage.bridge.api import me
from jumelage.components.studio.models import Playlist, Production, ReviewSession, Version
from jumelage.kit.sql.among import Among
from jumelage.shell.forms import MomentInput

MOST_OFFERED = 300


class SessionQuestionForm(forms.Form):
    """What a reader of the list asks for; a word that is not on offer asks for nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("every state")),
            ("open", pgettext_lazy("session", "open")),
            ("closed", pgettext_lazy("session", "closed")),
        ],
    )

    def asked(self, sort: str = "") -> dict[str, str]:
        """Return what was asked, as the selector takes it."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        return {"text": said.get("q", "").strip(), "state": said.get("state", ""), "sort": sort}


class SessionForm(forms.Form):
    """What a session shows, and when."""

    name = forms.CharField(label=_("Name"), max_length=120)
    begins = forms.DateTimeField(
        label=_("Begins"),
        help_text=_("In this city’s time. The other city reads it in its own."),
        widget=MomentInput(),
    )
    playlist: "forms.ModelChoiceField[Playlist]" = forms.ModelChoiceField(
        label=_("Playlist"), queryset=None, required=False, empty_label=_("the versions below")
    )
    versions: "forms.ModelMultipleChoiceField[Version]" = forms.ModelMultipleChoiceField(
        label=_("Versions"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The newest of each task. They are seen in this order."),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        production: Production,
        session: ReviewSession | None = None,
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Offer the playlists and the newest versions of *production*; show *session*."""
        initial: dict[str, Any] = {}
        if session:
            initial = {
                "name": session.name,
                "begins": f"{session.begins.astimezone(_zone()):%Y-%m-%dT%H:%M}",
                "playlist": session.playlist,
                "versions": session.items,
            }
        super().__init__(*args, **{"initial": initial, **options})
        lists = Playlist.objects.live().filter(production=production).order_by("name", "uri")
        chosen: Any = self.fields["playlist"]
        chosen.queryset = lists
        versions: Any = self.fields["versions"]
        versions.queryset = offered(production, session.items if session else [])
        versions.label_from_instance = version_label
        chosen.is_one_of = versions.is_one_of = True

    def clean_begins(self) -> datetime:
        """Read the hour on this city's clocks.

        Raises:
            ValidationError: the clocks skip this hour.
        """
        told: datetime = self.cleaned_data["begins"]
        begins = told.replace(tzinfo=_zone()).astimezone(UTC)
        if begins.astimezone(_zone()).replace(tzinfo=None) != told.replace(tzinfo=None):
            raise forms.ValidationError(_("The clocks skip this hour on that day."))
        return begins

    def clean(self) -> dict[str, Any]:
        """Ask for something to look at."""
        said = super().clean() or {}
        if not self.errors and not said.get("playlist") and not said.get("versions"):
            self.add_error("versions", _("Choose what to look at: a playlist, or versions."))
        return said

    @property
    def ordered(self) -> list[Version]:
        """The chosen versions: those of the session first, in its order, then the new ones."""
        held = {version.uri: version for version in self.cleaned_data["versions"]}
        before = [uri for uri in self.initial.get("versions", []) if uri in held]
        return [held.pop(uri) for uri in before] + list(held.values())


def _zone() -> ZoneInfo:
    return ZoneInfo(me().time_zone)


def version_label(version: Version) -> str:
    """Return how a version is called where one is chosen."""
    entity = version.task.entity
    lead = f"{entity.parent} " if entity.parent else ""
    return f"{lead}{entity} · {version.task.task_type} · {version}"


def offered(production: Production, chosen: list[str]) -> Any:  # noqa: ANN401  # a set of versions
    """Return the newest version of each task of *production*, and the *chosen* ones."""
    known = Version.objects.live().filter(production=production)
    by_task = known.order_by("revision", "created_at").values_list("task_id", "uri")
    newest: dict[str, str] = dict(by_task)
    wanted = [*dict.fromkeys([*chosen, *newest.values()])][: MOST_OFFERED + len(chosen)]
    found = known.filter(Among("uri", wanted)).select_related("task__entity__parent")
    return found.order_by("task__entity__parent__name", "task__entity__name", "revision")
