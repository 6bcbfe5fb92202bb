"""Runs a node as `jumelage up` does, with the kind of session `table` added.

The tables are in the file `tables.json` of the data folder: `{uri: {host, cities, capacity}}`.
`python -m benchmarks.live.node`
"""

import json
import os
import sys
from functools import partial
from pathlib import Path

from benchmarks.live.table import Table
from jumelage.node import boot

FILE = "tables.json"


def tables() -> Table:
    """Return the kind with the tables of this node's folder."""
    from jumelage.kit.live import Facts  # noqa: PLC0415  # after the node is set up

    file = Path(os.environ["JUMELAGE_DATA"]) / FILE
    known = json.loads(file.read_text()) if file.exists() else {}
    found = {
        uri: Facts(
            uri=uri,
            kind="table",
            host=said["host"],
            cities=tuple(said["cities"]),
            capacity=said["capacity"],
        )
        for uri, said in known.items()
    }
    return Table(found)


def main() -> int:
    """Run the node until it is told to end."""
    boot.node()
    from django.conf import settings  # noqa: PLC0415

    from jumelage.bridge.live.door.app import Live  # noqa: PLC0415
    from jumelage.kit.component import session_kinds  # noqa: PLC0415
    from jumelage.node import asgi  # noqa: PLC0415
    from jumelage.node.run import up, web  # noqa: PLC0415
    from jumelage.node.run.supervisor import Supervisor  # noqa: PLC0415

    table = tables()
    live = Live(asgi.pages, lambda: {**session_kinds(), "table": table})
    node = settings.NODE
    with up.ready(node.data, node.host, node.port) as listener:
        parts = up.targets(listener) | {"web": partial(web.serve, listener, live)}
        with Supervisor(parts) as supervisor:
            supervisor.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
