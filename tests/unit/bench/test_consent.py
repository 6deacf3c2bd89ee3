"""The consent bench on a handful of addresses: every answer is checked, every figure a number."""

import math
from pathlib import Path

import psutil
import pytest

from kervan.bench import consent
from kervan.bench.consent import KNOWN_BARE, Took
from kervan.bench.state import State
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


@pytest.fixture
def here(postgres_url: str, workspace: str, tmp_path: Path) -> State:
    """A bench's state on the test's own database."""
    config = Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)
    return State(config, Vault(b"k" * 32).workspace(workspace), psutil.Process())


def test_recipients_are_recorded_checked_and_proven(here: State, postgres: Connection) -> None:
    at = clock.now()
    recorded = consent._fill(here, postgres, 60, at)
    addresses = consent._addresses(here, 40)
    bare = consent._bare(here, postgres, addresses, at)
    took = consent._check(here, postgres, addresses, at)
    consent._connect(postgres, at)
    asked = consent._check(here, postgres, addresses, at)
    proven = consent._prove(here, postgres)
    figures = consent._figures(40, recorded, bare, (took, asked), proven)
    assert all(math.isfinite(one.value) and one.value >= 0 for one in figures)


def test_a_wrong_answer_is_not_a_figure(here: State, postgres: Connection) -> None:
    at = clock.now()
    consent._fill(here, postgres, 40, at)
    postgres.execute("update consent_state set status = 'withdrawn' where consent_event = 1")
    postgres.commit()
    for ask in (consent._bare, consent._check):
        with pytest.raises(KervanError) as caught:
            ask(here, postgres, consent._addresses(here, 40), at)
        assert caught.value.code == "bench.not_checked"
    with pytest.raises(KervanError) as caught:
        consent._prove(here, postgres)
    assert caught.value.code == "bench.not_proven"


def test_the_target_is_a_cpu_second_for_200_000_recipients() -> None:
    one, quick = Took(1.0, 1.0), Took(0.5, 0.5)
    figures = {
        f.figure: f
        for f in consent._figures(400_000, one, quick, (Took(1.9, 1.9), Took(2.2, 2.2)), one)
    }
    assert figures["check_cpu_seconds"].value == pytest.approx(0.95)
    assert figures["check_cpu_seconds"].ok is True
    assert figures["check_with_registry_cpu_seconds"].value == pytest.approx(1.1)
    speed = figures["checked_per_cpu_second"]
    assert speed.ratio == pytest.approx(0.5 / 1.9)
    assert figures["noisy_run"].value == 0
    slow = Took(1.0, 2 * 100_000 / KNOWN_BARE + 0.1)
    figures = {f.figure: f for f in consent._figures(100_000, one, slow, (Took(9, 9), one), one)}
    assert figures["check_cpu_seconds"].ok is False
    assert figures["noisy_run"].value == 1
