"""What `jumelage demo --env-dir` writes is read by a shell as it is meant."""

import subprocess
from dataclasses import replace
from pathlib import Path

from jumelage.node.demonstration.cities import PARIS, SAN_FRANCISCO
from jumelage.node.demonstration.environment import write


def test_shell_reads_what_says_how_to_reach_a_city(tmp_path: Path) -> None:
    file = write(tmp_path, SAN_FRANCISCO, tmp_path / "sf", {"web": 12, "worker": 34})
    shown = "$NAME|$HOST|$EVENT_HOST|$EMAIL|$PASSWORD|$PIDS|$STORE"
    said = subprocess.check_output(["sh", "-c", f'. {file}; printf %s "{shown}"'], text=True)
    name, host, events, email, password, pids, store = said.split("|")
    assert (name, host, events) == (
        "San Francisco", "http://127.0.0.1:8415/api", "http://127.0.0.1:8415"
    )  # fmt: skip
    assert email.startswith("officer@san-francisco.")
    assert password
    assert pids == "web=12 worker=34"
    assert store == str(tmp_path / "sf" / "studio" / "files")


def test_two_demonstrations_on_one_machine_take_other_ports_for_freight() -> None:
    assert [city.freight_port for city in (PARIS, SAN_FRANCISCO)] == [7375, 7415]
    assert replace(PARIS, port=PARIS.port + 1000).freight_port == 8375
    assert replace(SAN_FRANCISCO, port=80).freight_port == 7415
