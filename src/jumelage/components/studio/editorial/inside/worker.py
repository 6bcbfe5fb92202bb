"""Reads one file of an editing program into `cut.json`; the worker of `kit.sandbox.work`."""

import logging
import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from jumelage.components.studio.editorial.cut import to_json
from jumelage.components.studio.editorial.inside import RefusedError
from jumelage.components.studio.editorial.inside.laying import laid
from jumelage.components.studio.editorial.inside.opening import opened, sequences

CUT = "cut.json"
MOST_NAMES = 40
MOST_EVENTS = 20_000


def read(
    source: Path, target: Path, options: Mapping[str, Any], told: Callable[[int, int], None]
) -> Mapping[str, Any]:
    """Write the cut in *source* to `cut.json` in *target*.

    Options: `format`, `rate` (exactly, as text), `sequence` (name, empty for the only one),
    `trust_sources` (record times of an EDL that cannot be are taken from the sources).
    Answers `{"events"}`, or `{"sequences"}`: the names of which one must be chosen.

    Raises:
        RefusedError: the file is refused; the word says why.
    """
    warnings.simplefilter("ignore")
    logging.disable()
    rate = Fraction(options["rate"])
    held = opened(
        source, options["format"], rate=rate, trust_sources=bool(options.get("trust_sources"))
    )
    told(1, 2)
    found, wanted = sequences(held), options.get("sequence") or ""
    chosen = [one for one in found if not wanted or one.name == wanted]
    if not chosen:
        raise RefusedError("no-such-sequence")
    if len(chosen) > 1 and not wanted:
        return {"sequences": [one.name[:200] for one in found[:MOST_NAMES]]}
    cut = laid(chosen[0], rate=rate, is_log=options["format"] == "ale")
    if len(cut.events) > MOST_EVENTS:
        raise RefusedError("too-long")
    (target / CUT).write_bytes(to_json(cut))
    told(2, 2)
    return {"events": len(cut.events)}
