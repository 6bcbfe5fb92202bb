"""Forms about shots and assets: what they are, where they belong, what is seen in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.errors import NameTakenError
from jumelage.components.studio.models import Entity, Production
from jumelage.components.studio.selectors.words import spoken, used_by

Choices = Sequence[tuple[str, Any]]
Type = Entity.Type
MOST_ASSETS = 300
"""Assets one page asks about; more are found by searching."""
MOST_TIMES = 10_000
WITHIN = {Type.SHOT: Type.SEQUENCE, Type.SEQUENCE: Type.EPISODE}
"""What each type may be within."""
PARENTS = {Type.SEQUENCE: _("Sequence"), Type.EPISODE: _("Episode")}


def types_of_asset(production: Production) -> Choices:
    """Return the types of asset *production* uses, as choices."""
    return [(word.slug, spoken(word)) for word in used_by(production, "asset-type")]


class EntityForm(forms.Form):
    """What can be changed about a shot or an asset, or asked of the city that owns it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(label=_("Short name"), required=False, max_length=80)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    parent = forms.ChoiceField(required=False)
    asset_type = forms.ChoiceField(label=_("Type of asset"))
    frames = forms.IntegerField(label=_("Frames"), required=False, min_value=0)
    frame_in = forms.IntegerField(label=_("First frame"), required=False)
    frame_out = forms.IntegerField(label=_("Last frame"), required=False)
    handles = forms.IntegerField(
        label=_("Handles"),
        required=False,
        min_value=0,
        help_text=_("Frames more than are seen, at each end."),
    )
    canceled = forms.BooleanField(label=_("Cancelled"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=4000)

    def __init__(self, *args: Any, entity: Entity, ours: bool, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Show what fits *entity*; a reason is given only where the other city is asked."""
        names = set(self.base_fields) - {"reason", "parent"}
        initial = {name: getattr(entity, name) for name in names} | {"parent": entity.parent_id}
        super().__init__(*args, **{"initial": initial, **options})
        self.entity = entity
        self._offer_places()
        self._offer_types()
        if entity.type != Type.SHOT:
            del self.fields["handles"]
        if ours:
            del self.fields["reason"]

    def _offer_places(self) -> None:
        """Offer what the entity may be within, and what it is within now."""
        within = WITHIN.get(Type(self.entity.type))
        if within is None:
            del self.fields["parent"]
            return
        held = Entity.objects.filter(production=self.entity.production_id)
        fitting = Q(type=within, withdrawn_at=None) | Q(uri=self.entity.parent_id)
        places = held.filter(fitting).order_by("name", "uri").values_list("uri", "name")
        chosen: Any = self.fields["parent"]
        chosen.label, chosen.choices = PARENTS[within], [("", _("none")), *places]

    def _offer_types(self) -> None:
        """Offer the types of asset, and the one it has now."""
        if self.entity.type != Type.ASSET:
            del self.fields["asset_type"]
            return
        offered, now = list(types_of_asset(self.entity.production)), self.entity.asset_type
        if now not in dict(offered):
            offered.insert(0, (now, now or _("none")))
        chosen: Any = self.fields["asset_type"]
        chosen.choices, chosen.required = offered, bool(now)

    def clean(self) -> dict[str, Any]:
        """Refuse a name that something else of the type has in the same place, and a length below 1."""
        said = super().clean() or {}
        first, last = said.get("frame_in"), said.get("frame_out")
        if first is not None and last is not None and last < first:
            self.add_error("frame_out", _("This is before the first frame."))
        parent = said.get("parent", self.entity.parent_id) or None
        same = Entity.objects.live().filter(
            production=self.entity.production_id,
            type=self.entity.type,
            parent=parent,
            name=said.get("name", ""),
        )
        if {"name", "parent"} & set(self.changed_data) and same.exclude(pk=self.entity.pk).exists():
            raise forms.ValidationError(NameTakenError(name=said["name"]).message)
        return said

    def changes(self) -> dict[str, Any]:
        """Return the fields that say something else than before."""
        named = [name for name in self.changed_data if name != "reason"]
        changed = {name: self.cleaned_data[name] for name in named}
        return changed | {"parent": changed["parent"] or None} if "parent" in changed else changed


class AssetsForm(forms.Form):
    """Which assets a page that casts a shot asks about."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    asset_type = forms.ChoiceField(label=_("Type of asset"), required=False)

    def __init__(self, *args: Any, production: Production, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the types of asset of *production*."""
        super().__init__(*args, **options)
        chosen: Any = self.fields["asset_type"]
        chosen.choices = [("", _("every type")), *types_of_asset(production)]

    def found(self, shot: Entity) -> list[Entity]:
        """Return the assets seen in *shot*, then those that were asked for."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        assets = Entity.objects.live().filter(production=shot.production_id, type=Type.ASSET)
        assets = assets.order_by("asset_type", "name", "uri")
        others = assets.exclude(uri__in=list(shot.cast)).exclude(canceled=True)
        if asked.get("asset_type"):
            others = others.filter(asset_type=asked["asset_type"])
        others = others.filter(name__icontains=asked.get("q", "").strip())
        return [*assets.filter(uri__in=list(shot.cast)), *others[:MOST_ASSETS]]


class CastForm(forms.Form):
    """How often each asset is seen in a shot; those that are not shown stay as they are."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=4000)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        shot: Entity,
        assets: Sequence[Entity],
        ours: bool,
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Ask about *assets*; a reason is given only where the other city is asked."""
        super().__init__(*args, **{"initial": {"revision": shot.rev}, **options})
        self.shot, self.assets, self.ours = shot, assets, ours
        for asset in assets:
            self.fields[asset.uri] = forms.IntegerField(
                label=_("How often %(asset)s is seen") % {"asset": asset},
                required=False,
                min_value=0,
                max_value=MOST_TIMES,
                initial=shot.cast.get(asset.uri),
            )
        if ours:
            del self.fields["reason"]

    @property
    def is_cut(self) -> bool:
        """Tell whether there may be more assets than the page asks about."""
        return len(self.assets) >= MOST_ASSETS

    def rows(self) -> Iterator[tuple[Entity, str, forms.BoundField]]:
        """Yield each asset with its type and its field."""
        names: Mapping[str, str] = dict(types_of_asset(self.shot.production))
        for asset in self.assets:
            yield asset, names.get(asset.asset_type, asset.asset_type), self[asset.uri]

    def clean(self) -> dict[str, Any]:
        """Refuse to count anew what somebody else counted meanwhile."""
        said = super().clean() or {}
        if said.get("revision") != self.shot.rev:
            raise forms.ValidationError(
                _("Somebody changed this shot meanwhile. Look at it again, then say what is seen.")
            )
        return said

    def cast(self) -> dict[str, int]:
        """Return how often each asset is seen from now on, as `EntityPlanned` has it."""
        said = {asset.uri: self.cleaned_data[asset.uri] or 0 for asset in self.assets}
        return {uri: times for uri, times in {**self._unseen(), **said}.items() if times}

    def _unseen(self) -> dict[str, int]:
        """Return what the other city cast and this one does not know yet."""
        if self.ours:
            return {}
        known = set(
            Entity.objects.filter(uri__in=list(self.shot.cast)).values_list("uri", flat=True)
        )
        return {uri: times for uri, times in self.shot.cast.items() if uri not in known}
