"""The words of a production: which it uses, new ones, those it needs no longer."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.studio.forms.words import KnownWordForm, OwnWordForm, WordForm
from jumelage.components.studio.models import Production, Word
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.selectors.words import own_words, spoken, used_as, vocabulary
from jumelage.components.studio.services import words
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.kit.errors import InvalidInputError, JumelageError
from jumelage.shell.bilingual import refusals_shown_in

FAMILIES = (Family.STATUS, Family.TASK_TYPE, Family.ASSET_TYPE, Family.DEPARTMENT)


def _named() -> dict[Family, dict[str, str]]:
    """Return what a page calls each family, and a new word of it."""
    return {
        Family.STATUS: {"heading": _("Statuses"), "new": _("Add a status")},
        Family.TASK_TYPE: {"heading": _("Kinds of work"), "new": _("Add a kind of work")},
        Family.ASSET_TYPE: {"heading": _("Types of asset"), "new": _("Add a type of asset")},
        Family.DEPARTMENT: {"heading": _("Departments"), "new": _("Add a department")},
    }


@require_safe
@requires("studio.change-production", of=things.production)
def word_list(request: HttpRequest, production: Production) -> HttpResponse:
    """Show the words of a production by family, and what else this node knows."""
    found, named = vocabulary(production, FAMILIES), _named()
    crews = next(each.used for each in found if each.family == Family.DEPARTMENT)
    told = {
        "production": production,
        "families": [(named[Family(each.family)], each) for each in found],
        "crews": {each.word.slug: each.word for each in crews},
        "here": "settings",
    }
    return render(request, "studio/house/words.html", told)


@requires("studio.change-production", of=things.production)
def make(request: HttpRequest, production: Production) -> HttpResponse:
    """Add a word of a family."""
    asked, back = request.GET.get("family"), reverse("studio:words", args=[production.uri])
    family = Family(asked) if asked in Family.values else Family.STATUS
    form = WordForm(request.POST or None, production=production, family=family)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            said = {**form.word(), "family": family, "by": actor(request)}
            words.add_word(production=production, **said)
            messages.success(request, _("Kept."))
            return redirect(back)
    told = {"form": form, "production": production, "back": back}
    told |= {"heading": _named()[family]["new"]}
    return render(request, "studio/anew.html", told, status=422 if form.errors else 200)


@requires("studio.change-production", of=things.production)
def change(request: HttpRequest, production: Production) -> HttpResponse:
    """Call a word of the production otherwise, in both languages, in another colour."""
    word = used_as(production, request.GET.get("word", ""))
    if word is None:
        raise Http404
    back = reverse("studio:words", args=[production.uri])
    form = OwnWordForm(request.POST or None, word=word)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            words.change_word(production=production, word=word, by=actor(request), **form.said())
            messages.success(request, _("Kept."))
            return redirect(back)
    told = {"form": form, "production": production, "back": back}
    told |= {"heading": _("Change “{word}”").format(word=spoken(word))}
    return render(request, "studio/anew.html", told, status=422 if form.errors else 200)


@require_POST
@requires("studio.change-production", of=things.production)
def use(request: HttpRequest, production: Production) -> HttpResponse:
    """Let a production use a word that this node knows."""
    try:
        chosen = [_chosen(request, own_words())]
        words.use_words(production=production, words=chosen, by=actor(request))
    except JumelageError as error:
        messages.error(request, error.message)
    return redirect("studio:words", uri=production.uri)


@require_POST
@requires("studio.change-production", of=things.production)
def drop(request: HttpRequest, production: Production) -> HttpResponse:
    """Let a production use a word no longer with which nothing was said."""
    try:
        word = _chosen(request, Word.objects.all())
        words.drop_word(production=production, word=word, by=actor(request))
    except JumelageError as error:
        messages.error(request, error.message)
    return redirect("studio:words", uri=production.uri)


def _chosen(request: HttpRequest, offered: QuerySet[Word]) -> Word:
    """Return the word that was chosen.

    Raises:
        InvalidInputError: none of those *offered*.
    """
    form = KnownWordForm(request.POST, words=offered)
    if not form.is_valid():
        raise InvalidInputError(reason=_("choose a word from the list"))
    word: Word = form.cleaned_data["word"]
    return word
