"""The first city's part: it opens the film, works alone for a month, then with the other city."""

from datetime import datetime, timedelta

from jumelage.bridge import api as bridge
from jumelage.components.studio.models import Comment, Entity, Production, Task
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.services import entities, many, productions, tasks
from jumelage.components.studio.services.review import comments, playlists
from jumelage.directory.models import Person
from jumelage.directory.policy import may
from jumelage.kit import clock
from jumelage.node.demonstration.cities import DemoCity
from jumelage.node.demonstration.film import crew, house
from jumelage.node.demonstration.film.script import ASSETS, NAME, PLOT, SHOTS, TALK, WORK
from jumelage.node.demonstration.footage import PARIS

BEGUN_DAYS_AGO = 40


def begin(city: DemoCity) -> None:
    """Open the film, plan it, say what was said of it, and open it to the other city."""
    now, officer = clock.now(), crew.person(city, "officer")
    may(officer, "studio.open-production")  # reads the roles, which are younger than the film
    with clock.fixed(now - timedelta(days=BEGUN_DAYS_AGO)):
        film = _planned(city, officer)
    _talk(film, city, now)
    student = crew.person(city, "member")
    seat = crew.seat_of(student, film)
    animation = list(Task.objects.filter(production=film, task_type="animation"))
    tasks.assign(tasks=animation[:3], put=[seat], by=officer)
    due = {"due": clock.today() + timedelta(days=9), "estimate": 16 * 60}
    tasks.change_task(task=crew.task(film, "sh010", "animation"), changes=due, by=officer)
    late = {"due": clock.today() - timedelta(days=3)}
    tasks.change_task(task=crew.task(film, "sh020", "lighting"), changes=late, by=officer)
    house.give_to_partner(film, crew.task(film, "sh020", "lighting"), city)
    productions.open_to(production=film, city=bridge.peers()[0], by=officer)
    crew.publish(
        crew.task(film, "sh010", "animation"),
        crew.person(city, "member"),
        PARIS,
        "Deuxième passe : la lumière monte plus tard.",
        "wfa",
    )


def _planned(city: DemoCity, officer: Person) -> Production:
    studio = crew.workshop()
    film = productions.open_production(
        name=NAME,
        template="short-film",
        description=PLOT,
        code="KEEPER",
        organisation=studio.uri if studio else None,
        by=officer,
    )
    crew.seat_crew(film, city, officer)
    for sequence, shots in SHOTS.items():
        names = "\n".join(shots)
        many.plan(production=film, names=names, parent=sequence, task_types=WORK, by=officer)
    plans = [entities.Plan(type="asset", name=name, asset_type=kind) for name, kind in ASSETS]
    assets = entities.plan_entities(production=film, plans=plans, by=officer)
    works = [tasks.Plan(entity=asset, task_type="concept") for asset in assets]
    tasks.set_tasks(production=film, plans=works, by=officer)
    shot = Entity.objects.get(production=film, name="sh010")
    entities.change_entity(entity=shot, changes={"frames": 48, "frame_in": 1001}, by=officer)
    entities.cast(entity=shot, cast={assets[0].uri: 1, assets[3].uri: 1}, by=officer)
    return film


def _talk(film: Production, city: DemoCity, now: datetime) -> None:
    for word in TALK:
        with clock.fixed(now - timedelta(days=word.days)):
            comments.comment(
                task=crew.task(film, word.shot, word.work),
                by=crew.person(city, word.account),
                text=word.text,
                status=word.status,
            )


def finish(city: DemoCity) -> bool:
    """Answer what the other city said; tell whether it has said it yet."""
    film = crew.film()
    theirs = Comment.objects.live().exclude(origin=bridge.me().origin).exclude(text="")
    said = theirs.filter(production=film, reply_to=None).order_by("created_at", "uri")
    if film is None or said.count() < 3:
        return False
    about = said.filter(task=crew.task(film, "sh010", "animation")).first() or said[0]
    student, teacher = crew.person(city, "member"), crew.person(city, "editor")
    comments.comment(
        task=about.task, by=student, reply_to=about, text="Compris, je tiens deux images de plus."
    )
    comments.comment(
        task=crew.task(film, "sh310", "animation"),
        by=teacher,
        status="done",
        text="La silhouette est juste. Validé ici.",
    )
    shots = Entity.objects.filter(production=film, name__in=["sh010", "sh310"]).order_by("name")
    playlists.make_playlist(
        production=film,
        name="Projection du soir · Evening screening",
        items=[PlaylistItem(entity=shot.uri) for shot in shots],
        by=teacher,
    )
    house.settle_in(film, city)
    return True
