"""Conducts the demonstration: makes or wakes two cities, pairs them, fills them, stops them."""

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.node import config
from jumelage.node.demonstration import environment
from jumelage.node.demonstration.cities import DemoCity
from jumelage.node.demonstration.process import PROCESSES, START, CityProcess
from jumelage.node.errors import (
    NotADemonstrationError,
    PageBrokenError,
    TooSlowError,
    WordsDifferError,
)
from jumelage.node.operations import setup
from jumelage.node.run import prepare

STOP_SECONDS = 4.8
PAIRING_SECONDS = 60.0
YEAR_SECONDS = 120.0
FIRST_PAGE_SECONDS = 60.0
COMPLETE = "complete"
"""Name of the file that says the folder holds a whole demonstration."""

Progress = Callable[[str], None]


class Conductor:
    """Both cities of a demonstration in one folder."""

    def __init__(
        self, folder: Path, cities: tuple[DemoCity, DemoCity], language: str, progress: Progress
    ) -> None:
        """Keep what is needed; nothing runs before `running`."""
        self.folder, self.cities = folder, cities
        self.language, self.progress = language, progress
        self.processes: list[CityProcess] = []

    def data(self, city: DemoCity) -> Path:
        """Return the data folder of *city*."""
        return self.folder / city.slug

    @contextmanager
    def running(self, *, fresh: bool) -> Iterator[None]:
        """Run both cities inside the block, made from nothing when needed or asked."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with prepare.lock(self.folder), ExitStack() as held:
            new = fresh or not (self.folder / COMPLETE).exists()
            if new:
                self._clear()
            held.callback(self._stop)
            self._wake()
            if new:
                self._fill()
            else:
                self.progress(_("Both cities start"))
                self._both(START)
            self._see_first_pages()
            (self.folder / COMPLETE).touch()
            yield

    def line(self) -> dict[str, Any]:
        """Return how the line looks from the first city."""
        state: dict[str, Any] = self.processes[0].do("line_state")
        return state

    def write_environment(self, folder: Path) -> None:
        """Write into *folder* how to reach each city; both must be running."""
        for city, processes in zip(self.cities, self._both(PROCESSES), strict=True):
            environment.write(folder, city, self.data(city), processes)

    def _clear(self) -> None:
        """Delete an earlier demonstration, and nothing that is not one."""
        (self.folder / COMPLETE).unlink(missing_ok=True)
        for city in self.cities:
            data = self.data(city)
            if data.exists() and any(data.iterdir()):
                if config.stored(data).get("demonstration") is not True:
                    raise NotADemonstrationError(folder=data)
                shutil.rmtree(data)

    def _wake(self) -> None:
        """Write the settings and fork both cities."""
        for city in self.cities:
            told = {"slug": city.slug, "port": city.port, "host": "127.0.0.1"}
            setup.write_settings(
                self.data(city),
                {**city.settings, **told, "demonstration": True, "log_level": "warning"},
            )
        for city in self.cities:
            others = [process.descriptor() for process in self.processes]
            self.processes.append(CityProcess(city, self.data(city), self.language, others))

    def _fill(self) -> None:
        """Bring both cities from empty folders to a running demonstration."""
        self.progress(_("Each city makes its tables and its keys"))
        self._both("make_node")
        self.progress(_("Accounts are opened, one for each role"))
        self._both("open_accounts", own=True)
        self.progress(_("Both cities start"))
        self._both(START)
        self._pair()
        self._live_a_year()
        self._both("give_roles", own=True)
        self._share_practices()
        self._make_a_film()
        self._meet_in_rooms()

    def _live_a_year(self) -> None:
        """Let both cities play their parts in turn, with the bridge carrying what they say."""
        first, second = self.processes
        self.progress(
            _("The agreements of 2006, 2009 and 2013 are imported, and a year is invented")
        )
        deadline = time.monotonic() + YEAR_SECONDS
        while not all([first.do("load", first.city), second.do("answer", second.city)]):
            if time.monotonic() > deadline:
                raise TooSlowError(seconds=int(YEAR_SECONDS))
            time.sleep(0.1)

    def _share_practices(self) -> None:
        """Let each city share practice sheets, and adopt one of the other's when it is there."""
        self._both("share_sheets", own=True)
        waiting = list(self.processes)
        deadline = time.monotonic() + YEAR_SECONDS
        while waiting := [each for each in waiting if not each.do("adopt_sheet", each.city)]:
            if time.monotonic() > deadline:
                raise TooSlowError(seconds=int(YEAR_SECONDS))
            time.sleep(0.1)

    def _make_a_film(self) -> None:
        """Let the first city open a film, and both work on it in turn."""
        first, second = self.processes
        self.progress(_("Both cities make a short film, which is painted now"))
        first.do("begin_film", first.city)
        self._until(second, "answer_film")
        self._until(first, "finish_film")

    def _meet_in_rooms(self) -> None:
        """Let each city register rooms and ask for the other’s; state what was held in them."""
        first, second = self.processes
        self.progress(_("Both cities open rooms, and book one in each together"))
        self._both("register_rooms", own=True)
        asked = self._until(first, "plan_past")
        second.do("answer_past", asked)
        first.do("ask_past", first.city, asked)
        self._until(first, "ask_rooms")
        self._until(second, "ask_rooms_back")
        self._until(first, "hold_sessions")

    def _until(self, process: CityProcess, step: str) -> Any:  # noqa: ANN401  # whatever it returns
        """Do *step* again until it returns that what it waits for has arrived.

        Raises:
            TooSlowError: it did not arrive.
        """
        deadline = time.monotonic() + YEAR_SECONDS
        while not (result := process.do(step, process.city)):
            if time.monotonic() > deadline:
                raise TooSlowError(seconds=int(YEAR_SECONDS))
            time.sleep(0.1)
        return result

    def _pair(self) -> None:
        """Pair the cities as two people would: invitation, eight words, both confirm."""
        first, second = self.processes
        self.progress(_("The cities meet: invitation, eight words, both confirm"))
        second.do("accept", second.city, first.do("invite", first.city))
        words = self._both("read_words")
        if words[0] != words[1]:
            raise WordsDifferError(first=words[0], second=words[1])
        self._both("confirm", own=True)
        deadline = time.monotonic() + PAIRING_SECONDS
        while not all(self._both("is_paired")):
            if time.monotonic() > deadline:
                raise TooSlowError(seconds=int(PAIRING_SECONDS))
            time.sleep(0.1)

    def _both(self, step: str, *, own: bool = False) -> list[Any]:
        """Do *step* in both cities at once; with *own*, its argument is the city itself."""
        for process in self.processes:
            process.begin(step, *([process.city] if own else []))
        return [process.finish() for process in self.processes]

    def _see_first_pages(self) -> None:
        """Wait until both cities answer with their first page."""
        self.progress(_("Both cities answer"))
        for city in self.cities:
            _see(city, f"http://127.0.0.1:{city.port}/{city.language}/")

    def _stop(self) -> None:
        for process in self.processes:
            process.close()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes:
            process.wait(deadline)


def _see(city: DemoCity, address: str) -> None:
    """Fetch *address* until it answers.

    Raises:
        PageBrokenError: it answers with an error, or not at all.
    """
    deadline = time.monotonic() + FIRST_PAGE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=FIRST_PAGE_SECONDS):  # noqa: S310  # our own
                return
        except urllib.error.HTTPError as error:
            raise PageBrokenError(city=city.name, address=address, reason=error.code) from error
        except OSError as error:
            if time.monotonic() > deadline:
                raise PageBrokenError(city=city.name, address=address, reason=error) from error
            time.sleep(0.05)
