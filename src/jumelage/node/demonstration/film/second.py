"""The second city's part: it seats its people, plans a sequence, comments, asks for a change."""

from jumelage.components.studio.models import Entity, Task
from jumelage.components.studio.services import many, requests, seats, tasks
from jumelage.components.studio.services.review import comments
from jumelage.node.demonstration.cities import DemoCity
from jumelage.node.demonstration.film import crew
from jumelage.node.demonstration.film.script import SHOTS_THERE, WORK
from jumelage.node.demonstration.footage import GOLDEN_GATE


def answer(city: DemoCity) -> bool:
    """Do the second city's part; tell whether the film had arrived."""
    film = crew.film()
    if film is None or not Task.objects.filter(production=film, entity__name="sh080").exists():
        return False
    officer = crew.person(city, "officer")
    seats.name_coordinator(production=film, person=officer, by=officer)
    crew.seat_crew(film, city, officer)
    for sequence, shots in SHOTS_THERE.items():
        names = "\n".join(shots)
        many.plan(production=film, names=names, parent=sequence, task_types=WORK, by=officer)
    student, teacher = crew.person(city, "member"), crew.person(city, "editor")
    ours = crew.task(film, "sh310", "animation")
    tasks.assign(tasks=[ours], put=[crew.seat_of(student, film)], by=officer)
    crew.publish(ours, student, GOLDEN_GATE, "Fog off, lamps on at 1024.", "wfa")
    comments.comment(
        task=crew.task(film, "sh010", "animation"),
        by=teacher,
        status="retake",
        text="Hold the pose two frames longer before the turn.",
    )
    comments.comment(
        task=crew.task(film, "sh020", "animation"),
        by=crew.person(city, "deputy"),
        text="Cable reflects too early; light it after the cut.",
    )
    shot = Entity.objects.get(production=film, name="sh040")
    requests.ask(
        row=shot,
        changes={"frames": 96},
        reason="The tide needs four seconds to turn.",
        by=student,
    )
    return True
