"""Cleaning of what people say when they put versions in order."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.forms.sessions import offered, version_label
from jumelage.components.studio.models import Entity, Playlist, Production, Version
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.review.playlists import Slot

MOST_PLACES = 1000


class PlaylistQuestionForm(forms.Form):
    """What a reader of the list asks for."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)

    def text(self) -> str:
        """Return the words that were typed."""
        self.is_valid()
        return str(getattr(self, "cleaned_data", {}).get("q", "")).strip()


class PlaylistForm(forms.Form):
    """A playlist: its name, its places in order, and what is put at its end."""

    name = forms.CharField(label=_("Name"), max_length=120)
    for_client = forms.BooleanField(label=_("For the client"), required=False)
    sequence: "forms.ModelChoiceField[Entity]" = forms.ModelChoiceField(
        label=_("All shots of a sequence"),
        queryset=None,
        required=False,
        empty_label=_("none"),
        help_text=_("Put at the end; each with its newest version, whenever it is watched."),
    )
    versions: "forms.ModelMultipleChoiceField[Version]" = forms.ModelMultipleChoiceField(
        label=_("Versions"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Put at the end. The newest of each task."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=4000)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        production: Production,
        playlist: Playlist | None = None,
        slots: Sequence[Slot] = (),
        ours: bool = True,
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Offer the sequences and the newest versions of *production*; show *playlist*.

        A reason is given only where the other city is asked.
        """
        initial: dict[str, Any] = {}
        if playlist:
            initial = {"name": playlist.name, "for_client": playlist.for_client}
            initial["revision"] = playlist.rev
        super().__init__(*args, **{"initial": initial, **options})
        self.playlist, self.slots = playlist, slots
        if ours:
            del self.fields["reason"]
        chosen: Any = self.fields
        of_it = Entity.objects.live().filter(production=production, type=Entity.Type.SEQUENCE)
        chosen["sequence"].queryset = of_it.order_by("name", "uri")
        chosen["versions"].queryset = offered(production, [])
        chosen["versions"].label_from_instance = version_label
        for slot in slots:
            self._ask_about(slot)

    def _ask_about(self, slot: Slot) -> None:
        """Ask where a place goes, which version is seen there, and whether it stays."""
        said = f"{slot.entity}"
        self.fields[f"place-{slot.index}"] = forms.IntegerField(
            label=_("Place of %(shot)s") % {"shot": said},
            min_value=1,
            max_value=MOST_PLACES,
            initial=slot.index + 1,
        )
        newest = ("", _("the newest"))
        versions = [(one.uri, f"{one.task.task_type} · {one}") for one in slot.versions]
        self.fields[f"version-{slot.index}"] = forms.ChoiceField(
            label=_("Version of %(shot)s") % {"shot": said},
            required=False,
            initial=slot.version,
            choices=[newest, *versions],
        )
        self.fields[f"out-{slot.index}"] = forms.BooleanField(
            label=_("Take %(shot)s out") % {"shot": said}, required=False
        )

    def rows(self) -> Iterator[tuple[Slot, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Yield each place with its fields."""
        for slot in self.slots:
            place, version, out = (
                self[f"{what}-{slot.index}"] for what in ("place", "version", "out")
            )
            yield slot, place, version, out

    def clean(self) -> dict[str, Any]:
        """Refuse to put in order what somebody else changed meanwhile, and more than fits."""
        said = super().clean() or {}
        if self.playlist and said.get("revision") != self.playlist.rev:
            raise forms.ValidationError(
                _(
                    "Somebody changed this playlist meanwhile. Look at it again, then put it in order."
                )
            )
        if not self.errors and len(self.items) > MOST_PLACES:
            raise forms.ValidationError(_("A playlist has at most 1,000 places."))
        return said

    @property
    def items(self) -> tuple[PlaylistItem, ...]:
        """The places as they are asked for; those whose shots are not here yet keep theirs."""
        said, known = self.cleaned_data, {slot.index for slot in self.slots}
        placed: list[tuple[int, PlaylistItem]] = []
        for index, item in enumerate(self.playlist.items if self.playlist else []):
            if index not in known:
                placed.append(
                    (index + 1, PlaylistItem(entity=item["entity"], version=item.get("version")))
                )
            elif not said[f"out-{index}"]:
                version = said[f"version-{index}"] or None
                placed.append(
                    (said[f"place-{index}"], PlaylistItem(entity=item["entity"], version=version))
                )
        ordered = [item for _place, item in sorted(placed, key=lambda one: one[0])]
        return (*ordered, *self._added())

    def changes(self) -> dict[str, Any]:
        """Return the fields that say something else than the playlist, as `PlaylistMade` has them."""
        wanted = {name: self.cleaned_data[name] for name in ("name", "for_client")}
        changed = {k: v for k, v in wanted.items() if v != getattr(self.playlist, k)}
        held = [PlaylistItem(**item) for item in self.playlist.items] if self.playlist else []
        return changed if list(self.items) == held else changed | {"items": self.items}

    def _added(self) -> Iterator[PlaylistItem]:
        sequence = self.cleaned_data["sequence"]
        if sequence:
            shots = Entity.objects.live().filter(parent=sequence, type=Entity.Type.SHOT)
            yield from (PlaylistItem(entity=shot.uri) for shot in shots.order_by("name", "uri"))
        for version in self.cleaned_data["versions"]:
            yield PlaylistItem(entity=version.task.entity_id, version=version.uri)
