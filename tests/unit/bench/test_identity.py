"""The identity bench on a few people: a fifth is joined, and every figure is a number."""

import math
from pathlib import Path

import psutil
import pytest

from kervan.bench import identity
from kervan.bench.state import State
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


def test_a_fifth_is_joined_and_seeing_them_again_changes_nothing(
    postgres: Connection, postgres_url: str, workspace: str, tmp_path: Path
) -> None:
    config = Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)
    here = State(config, Vault(b"k" * 32).workspace(workspace), psutil.Process())
    took = identity._resolve(here, postgres, 100)
    identity._check(postgres, 100)
    again = identity._resolve(here, postgres, 10)
    identity._check(postgres, 100)
    bare = identity._bare(here, postgres, took.events)
    figures = {one.figure: one for one in identity._figures(took, again, bare)}
    assert took.events == 120
    assert all(math.isfinite(one.value) and one.value >= 0 for one in figures.values())
    with pytest.raises(KervanError):
        identity._check(postgres, 99)
