"""An SMSC for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.simulators.smsc.smsc import Smsc, running


@pytest.fixture(scope="module")
def running_smsc() -> Iterator[Smsc]:
    with running() as one:
        yield one


@pytest.fixture
def smsc(running_smsc: Smsc) -> Smsc:
    running_smsc.reset()
    return running_smsc
