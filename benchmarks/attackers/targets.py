"""What is attacked: the site with planted holes, and a real node with real pages."""

import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.nodes import RealNode, leashed
from tools.ports import free_port

PLANTED = Path(__file__).resolve().parent.parent.parent / "tests" / "attackers" / "planted"
PASSWORD = "a long enough sentence"  # noqa: S105  # of a scratch account
FILL = f"""
from datetime import date
from jumelage.components.agreement.services.demonstration import load_history
from jumelage.components.agreement.models import Commitment
from jumelage.components.agreement.records import EvidenceStated, MeetingCalled
from jumelage.components.practices.models import Practice
from jumelage.bridge.api import open_kind, publish, new_uri
from jumelage.components.practices.records import PracticeShared
from jumelage.components.studio.services import entities, productions, seats, tasks
from jumelage.components.studio.services.review import comments
from jumelage.directory.services import open_account
from jumelage.directory.models import Grant
from jumelage.kit.i18n import Bilingual
officer = open_account(email="officer@node.example", name="Officer", language="en",
                       password="{PASSWORD}")
Grant.objects.create(person=officer, role="officer")
officer.forget_roles()
member = open_account(email="member@node.example", name="Member", language="en",
                      password="{PASSWORD}")
from allauth.account.models import EmailAddress
from tools.ports import free_port
for person in (officer, member):
    EmailAddress.objects.update_or_create(
        user=person.user, email=person.user.email, defaults={{"verified": True, "primary": True}})
load_history(by=officer)
for kind in (PracticeShared.kind, EvidenceStated.kind, MeetingCalled.kind):
    open_kind(kind=kind, audience="public", article="annex", instrument="test")
text = Bilingual(fr="Un essai", en="A trial")
for number in range(5):
    publish(PracticeShared(uri=new_uri(), title=text, problem=text, action=text, result=text,
                           contact_role=text, shared_on=date(2026, 3, 1 + number)))
light = Commitment.objects.first()
publish(EvidenceStated(uri=new_uri(), commitment=light.uri, type="statement",
                       date=date(2026, 5, 31), text=text, source="log"))
publish(MeetingCalled(uri=new_uri(), partnership=light.instrument.partnership_id, title=text,
                      starts_local="2026-06-01T17:30", time_zone="Europe/Paris", minutes_long=60))
film = productions.open_production(name="A trial", template="short-film", by=officer)
seats.give_seat(production=film, person=member, role="artist", by=officer)
shots = entities.plan_entities(production=film, by=officer, plans=[
    entities.Plan(type="shot", name=f"SH{{number:03}}", frames=48) for number in range(5)])
work = tasks.set_tasks(production=film, by=officer, plans=[
    tasks.Plan(entity=shot, task_type="animation") for shot in shots])
for one in work:
    comments.comment(task=one, text="A trial", by=officer)
answer = {{"practice": Practice.objects.first().uri, "commitments": Commitment.objects.count()}}
"""
SCHEMA = """
import re
from django.urls import get_resolver, URLPattern
from django.utils import translation
from jumelage.directory.access import verb_of
from jumelage.components.agreement.models import Commitment, Evidence, Instrument, Meeting
from jumelage.components.practices.models import Practice
from jumelage.directory.models import Organisation
def walk(patterns, before=""):
    for each in patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLPattern):
            if path.endswith((".json", ".csv", ".xml")) and verb_of(each.callback) == "public":
                yield path
        else:
            yield from walk(each.url_patterns, path)
known = {
    "uri": [rows.first().uri for rows in (Practice.objects, Evidence.objects, Meeting.objects)
            if rows.exists()], "of": ["paris-san-francisco"],
    "partnership": ["paris-san-francisco"], "year": ["2025"],
    "slug": [Organisation.objects.first().slug, Instrument.objects.first().slug,
             Commitment.objects.first().slug], "name": ["activity.csv", "iati.xml"],
}
paths = {}
with translation.override("en"):
    found = list(walk(get_resolver().url_patterns))
for path in found:
    names = re.findall(r"<(?:\\w+:)?(\\w+)>", path)
    listed = [{"name": name, "in": "path", "required": True, "schema": {"anyOf": [
        {"enum": known.get(name, ["1"])}, {"type": "string", "minLength": 1}]}} for name in names]
    listed += [{"name": name, "in": "query", "schema": {"type": "string"}}
               for name in ("page", "words", "sort", "city", "kind", "q", "on")]
    paths["/" + re.sub(r"<(?:\\w+:)?(\\w+)>", r"{\\1}", path)] = {"get": {
        "parameters": listed, "responses": {"200": {"description": "found"}}}}
answer = {"openapi": "3.0.3", "info": {"title": "open data", "version": "1"}, "paths": paths}
"""
PLANTED_SCHEMA = {
    "openapi": "3.0.3",
    "info": {"title": "planted", "version": "1"},
    "paths": {
        "/api/divide": {
            "get": {
                "parameters": [{"name": "by", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "divided"}},
            }
        }
    },
}


@contextmanager
def planted() -> Iterator[str]:
    """Run the site with planted holes; yield its address."""
    port = free_port()
    command = leashed([sys.executable, str(PLANTED / "site.py"), str(port)])
    # What attackers make its shell write goes into a folder that does not stay.
    with tempfile.TemporaryDirectory(prefix="jumelage-planted-") as folder:
        process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)  # noqa: S603
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(port)


@contextmanager
def real(folder: Path) -> Iterator[RealNode]:
    """Run a node with the real history, practices and people; nothing of it is kept."""
    node = RealNode(folder, "port-demo", leashed=True)
    node.init()
    node.python(FILL)
    node.start()
    try:
        yield node
    finally:
        node.remove()


def signed_in(node: RealNode, email: str) -> str:
    """Sign in as a browser does and return the cookies to send."""
    with httpx.Client(base_url=node.url) as browser:
        page = browser.get("/en/account/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        if token is None:
            raise RuntimeError(page[:500])
        sent = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        answer = browser.post("/en/account/login/", data=sent)
        if answer.status_code != 302:
            raise RuntimeError(answer.text[:500])
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
