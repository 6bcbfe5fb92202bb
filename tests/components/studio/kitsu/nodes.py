"""Real nodes with people of the studio, for gazu in a process of its own."""

import json
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.nodes import RealNode
from tests.components.studio.kitsu import media
from tests.components.studio.kitsu.surface import recorded
from tools.environments import program

EMAIL, PASSWORD = "artist@city.invalid", "two cities one bridge"
WORKFLOW = Path(__file__).with_name("workflow.py")
OPEN_ACCOUNT = f"""
from allauth.account.models import EmailAddress
from jumelage.bridge.api import open_kind
from jumelage.components.studio.records import RECORDS
from jumelage.components.studio.services.productions import open_production
from jumelage.directory.services import open_account
person = open_account(email={EMAIL!r}, name="Some Body", language="en", roles=("officer",))
person.user.set_password({PASSWORD!r})
person.user.save()
EmailAddress.objects.update_or_create(
    user=person.user, email=person.user.email, defaults={{"verified": True, "primary": True}}
)
for record in RECORDS:
    open_kind(kind=record.kind, audience="twin", article="annex", instrument="test")
open_production(name="Before", template="short-film", by=person)
answer = True
"""
"""Somebody who may open productions, and already takes part in one."""
GAZU = """
import json, sys
import gazu
gazu.set_host(sys.argv[1])
gazu.log_in(sys.argv[2], sys.argv[3])
answer = None
exec(sys.stdin.read())
print(json.dumps(answer))
"""


def gazu(node: RealNode, code: str) -> Any:  # noqa: ANN401  # whatever the answer is
    """Run *code* with gazu, signed in to *node*, and return its `answer`."""
    done = subprocess.run(
        [program("python", "gazu"), "-c", GAZU, f"{node.url}/api", EMAIL, PASSWORD],
        input=code,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def workflow(node: RealNode, folder: Path) -> list[dict[str, Any]]:
    """Run the whole workflow against *node* and return what was asked, answered and heard."""
    media.make(folder)
    (folder / "events.txt").write_text("\n".join(recorded().events), "utf-8")
    command = [program("python", "gazu"), str(WORKFLOW), f"{node.url}/api", EMAIL, PASSWORD]
    done = subprocess.run(
        [*command, str(folder)], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in (folder / "calls.jsonl").read_text("utf-8").splitlines()]
