"""A collector for the SDK tests of a worker, and the requests it saw printed at the end of each."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import memory
from tests.sdk import packages
from tests.sdk.door import Door, open_door


@pytest.fixture(scope="package")
def running_door() -> Iterator[Door]:
    """A collector that answers on a free port; it ends with this folder, not beside all stories."""
    place = memory.make_place("kervan-sdk-")
    place.chmod(0o755)
    try:
        with open_door(place) as door:
            yield door
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def door(running_door: Door, capsys: pytest.CaptureFixture[str]) -> Iterator[Door]:
    """The collector; what it sees during one test is printed, each kind of request once."""
    running_door.seen.clear()
    yield running_door
    with capsys.disabled():
        for line in sorted({str(seen) for seen in running_door.seen}):
            times = sum(str(seen) == line for seen in running_door.seen)
            print(f"\n    {times} x {line}", end="")
        print()


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of the vendors' npm packages, installed once."""
    return packages.installed()
