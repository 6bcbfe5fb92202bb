"""Forms about shots, tasks, comments."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.forms.attachments import FilesBeside
from jumelage.components.studio.models import Comment, Entity, Production, Seat, Task
from jumelage.components.studio.models.values import ChecklistItem
from jumelage.components.studio.selectors.grid import Question
from jumelage.components.studio.selectors.words import spoken, used_by
from jumelage.components.studio.services.many import EVERYBODY
from jumelage.shell.forms import DayInput

Choices = Sequence[tuple[str, Any]]
NEW_PLAYLIST = "new"


def _words(production: Production, family: str) -> Choices:
    return [(word.slug, spoken(word)) for word in used_by(production, family)]


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice


class GridForm(forms.Form):
    """What somebody asks the grid."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    parent = forms.ChoiceField(label=_("Sequence"), required=False)
    task_type = forms.ChoiceField(label=_("Work"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    seat = forms.ChoiceField(label=_("Who"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        production: Production,
        parents: Choices,
        seats: Choices,
        type: str,  # noqa: A002  # the word of the column
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Offer the words of *production*."""
        super().__init__(*args, **options)
        self.type = type
        is_asset = type == Entity.Type.ASSET
        within = _("every type") if is_asset else _("every sequence")
        _offer(self, "task_type", [("", _("all work")), *_words(production, "task-type")])
        _offer(self, "status", [("", _("every status")), *_words(production, "status")])
        _offer(self, "seat", [("", _("everybody")), ("-", _("nobody")), *seats])
        _offer(self, "parent", [("", within), *parents])
        if is_asset:
            self.fields["parent"].label = _("Type of asset")

    def question(self) -> Question:
        """Return what was asked."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        return Question(
            type=self.type,
            text=asked.get("q", "").strip(),
            **{name: asked.get(name, "") for name in ("parent", "task_type", "status", "seat")},
        )


class BulkForm(forms.Form):
    """What is done to the chosen tasks and shots at once."""

    status = forms.ChoiceField(label=_("Give the status"), required=False)
    text = forms.CharField(label=_("and say"), required=False, max_length=2000)
    put = forms.ChoiceField(label=_("Put on them"), required=False)
    off = forms.ChoiceField(label=_("Take off them"), required=False)
    due = forms.DateField(label=_("Due on"), required=False, widget=DayInput())
    priority = forms.IntegerField(label=_("Priority"), required=False, min_value=0, max_value=9)
    add = forms.ChoiceField(label=_("Set a task of the kind"), required=False)
    playlist = forms.ChoiceField(label=_("Put into the playlist"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        production: Production,
        seats: Choices,
        playlists: Choices = (),
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Offer the words of *production*, its *seats*, the *playlists* one may change."""
        super().__init__(*args, **options)
        keep: Choices = [("", _("leave as it is"))]
        _offer(self, "status", [*keep, *_words(production, "status")])
        _offer(self, "put", [*keep, *seats])
        _offer(self, "off", [*keep, (EVERYBODY, _("everybody")), *seats])
        none = ("", _("none"))
        _offer(self, "add", [none, *_words(production, "task-type")])
        _offer(self, "playlist", [none, (NEW_PLAYLIST, _("a new one")), *playlists])


class PlanForm(forms.Form):
    """Shots or assets to be planned at once."""

    episode = forms.CharField(
        label=_("Episode"),
        max_length=120,
        required=False,
        help_text=_("What the sequence is in: one that exists, or a new one."),
    )
    parent = forms.CharField(
        label=_("Sequence"),
        max_length=120,
        required=False,
        help_text=_("One that exists, or a new one. Leave it empty for assets."),
    )
    asset_type = forms.ChoiceField(label=_("Type of asset"), required=False)
    names = forms.CharField(
        label=_("Names"),
        widget=forms.Textarea,
        max_length=20_000,
        help_text=_("One a line, or a range: sh010-sh100:10."),
    )
    task_types = forms.MultipleChoiceField(
        label=_("Set these tasks on each"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, production: Production, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the words of *production*."""
        super().__init__(*args, **options)
        shots: Choices = [("", _("shots, no assets"))]
        _offer(self, "asset_type", [*shots, *_words(production, "asset-type")])
        _offer(self, "task_types", _words(production, "task-type"))

    def clean(self) -> dict[str, Any]:
        """Refuse an episode without a sequence that is within it."""
        said = super().clean() or {}
        if said.get("episode") and (said.get("asset_type") or not said.get("parent")):
            self.add_error("episode", _("Only sequences are within an episode: name the sequence."))
        return said


def _points(label: Any) -> forms.CharField:  # noqa: ANN401  # a text, translated later
    """Return a field for points, one a line."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One point a line; each can be ticked off."),
    )


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


class CommentForm(FilesBeside):
    """Something said of a task."""

    text = forms.CharField(
        label=_("Your comment"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    checklist = _points(_("To be done"))
    status = forms.ChoiceField(label=_("Status"), required=False)
    for_client = forms.BooleanField(label=_("The client may read it"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        statuses: Choices,
        by_vendor: bool,
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Offer the statuses the reader may give; vendors say nothing to clients."""
        super().__init__(*args, **options)
        _offer(self, "status", [("", _("leave as it is")), *statuses])
        if by_vendor:
            del self.fields["for_client"]

    def clean_checklist(self) -> list[ChecklistItem]:
        """Read one point a line."""
        return [ChecklistItem(text=text) for text in _lines(self.cleaned_data["checklist"])]


class ReplyForm(FilesBeside):
    """An answer to a comment."""

    text = forms.CharField(
        label=_("Your answer"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 2})
    )


REPEATED = ("text", "for_client")


class WordsForm(forms.Form):
    """The words of a comment, said anew, and what of its list is done."""

    text = forms.CharField(
        label=_("Your comment"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    done = forms.MultipleChoiceField(
        label=_("What is done"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more = _points(_("Also to be done"))
    for_client = forms.BooleanField(label=_("The client may read it"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        comment: Comment,
        is_walled: bool,
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Begin with what *comment* says.

        Clients read whatever one of them says, and nothing that a vendor does.
        """
        super().__init__(*args, **options)
        self.items = comment.checklist
        ticked = [str(n) for n, item in enumerate(self.items) if item["checked"]]
        kept = {"text": comment.text, "for_client": comment.for_client}
        self.initial = {**kept, "done": ticked}
        if is_walled:
            del self.fields["for_client"]
        _offer(self, "done", [(str(n), item["text"]) for n, item in enumerate(self.items)])
        if not self.items:
            del self.fields["done"]

    def changes(self) -> dict[str, Any]:
        """Return what is to be said anew, as fields of `CommentMade`."""
        done = self.cleaned_data.get("done", ())
        items = [item | {"checked": str(n) in done} for n, item in enumerate(self.items)]
        items += [{"text": text, "checked": False} for text in _lines(self.cleaned_data["more"])]
        said = {name: self.cleaned_data[name] for name in self.cleaned_data if name in REPEATED}
        return {**said, "checklist": items}


class TaskForm(forms.Form):
    """What can be changed about a task, or asked of the city that owns it."""

    estimate = forms.IntegerField(label=_("Estimate in minutes"), required=False, min_value=0)
    starts = forms.DateField(label=_("Begins on"), required=False, widget=DayInput())
    due = forms.DateField(label=_("Due on"), required=False, widget=DayInput())
    priority = forms.IntegerField(label=_("Priority"), min_value=0, max_value=9)
    assignees = forms.MultipleChoiceField(
        label=_("Who"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=4000)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        task: Task,
        seats: Choices,
        ours: bool,
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Show *task*; a reason is given only where the other city is asked."""
        names = ("estimate", "starts", "due", "priority", "assignees")
        super().__init__(*args, **{"initial": {n: getattr(task, n) for n in names}, **options})
        _offer(self, "assignees", seats)
        if ours:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Refuse to put the end before the beginning; days that stand so already may stay."""
        said = super().clean() or {}
        is_other_day = bool({"starts", "due"} & set(self.changed_data))
        if is_other_day and said.get("starts") and said.get("due") and said["due"] < said["starts"]:
            self.add_error("due", _("This is before the day it begins on."))
        return said

    def changes(self) -> dict[str, Any]:
        """Return the fields that say something else than before."""
        named = [name for name in self.changed_data if name != "reason"]
        return {name: self.cleaned_data[name] for name in named}


class AnswerForm(forms.Form):
    """An answer to a request."""

    note = forms.CharField(label=_("A word to the other city"), required=False, max_length=4000)


class TimeForm(forms.Form):
    """Time spent on a task."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440)


def seat_choices(seats: Sequence[Seat], names: Mapping[str, str]) -> Choices:
    """Return *seats* as choices; those of this city with the *names* of who sits there, by URI."""
    return [
        (seat.uri, " · ".join(filter(None, (f"{seat}, {seat.node}", names.get(seat.uri)))))
        for seat in seats
    ]
