"""The packaged files, and Hypothesis strategies for the agreement's records."""

from pathlib import Path

import jumelage.components.agreement
import jumelage.directory

AGREEMENT = Path(jumelage.components.agreement.__path__[0]) / "data" / "paris-san-francisco.yaml"
ACTORS = Path(jumelage.directory.__path__[0]) / "data" / "actors.yaml"
