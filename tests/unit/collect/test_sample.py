"""The sample shop comes once, and only where nobody is known."""

from datetime import date

import pytest

from kervan.collect import sample
from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import store as profiles

_DAY = date(2026, 11, 20)


def test_it_comes_once(postgres: Connection, workspace: str) -> None:
    assert sample.may_begin(postgres)
    assert sample.find(postgres) is None
    begun = sample.begin(postgres, workspace, "oya", _DAY, clock.now())
    assert (begun.sent, begun.wanted, begun.last_day) == (0, sample.INVOICES, _DAY)
    sample.keep_sent(postgres, begun, 400, clock.now())
    assert sample.find(postgres) == begun.__class__(
        begun.source, 400, begun.wanted, _DAY, begun.begun_at, None
    )
    with pytest.raises(KervanError, match="empty workspace"):
        sample.begin(postgres, workspace, "oya", _DAY, clock.now())
    sample.keep_sent(postgres, begun, begun.wanted, clock.now())
    ended = sample.find(postgres)
    assert ended is not None
    assert ended.ended_at is not None


def test_it_comes_to_nobody_real(postgres: Connection, workspace: str) -> None:
    profiles.create_people(postgres, Vault(b"k" * 32).workspace(workspace), [1], clock.now_ms())
    with pytest.raises(KervanError, match="empty workspace"):
        sample.begin(postgres, workspace, "oya", _DAY, clock.now())
    assert sample.find(postgres) is None
