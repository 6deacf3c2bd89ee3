"""The command line keeps the seed list and sends tests to it."""

import argparse
import uuid
from typing import Any

import pytest

from kervan.app import ground, messages, seeds
from kervan.kernel import postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.profiles import store

TEXT = """\
message:
  key: coats
  name: Coats
  intent: Sell
  purpose: transactional
  variants: {sms: {tr: {text: "Palto {{ person.first_name | default('?') }}"}}}
"""


def _seed(config: Config, action: str, *rest: str) -> int:
    channel, name, address = (*rest, "", "", "")[:3]
    given = {"action": action, "channel": channel, "name": name, "address": address}
    return seeds.seed(config, argparse.Namespace(**given))


def _test(config: Config, person: uuid.UUID, to: str = "seeds") -> Any:
    given = {"key": "coats", "to": to, "person": person}
    return seeds.test_send(config, argparse.Namespace(**given))


def test_a_test(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    vault = ground.vault_of(config).workspace(config.workspace)
    messages.apply_text(config, TEXT)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        store.create_people(conn, vault, [1], 1)
        row = conn.execute("select id from profile where person = 1").fetchone()
    assert row is not None
    _seed(config, "list")
    assert "empty" in capsys.readouterr().out
    with pytest.raises(KervanError) as caught:
        _test(config, row[0])
    assert caught.value.code == "delivery.test_nobody"
    _seed(config, "add", "sms", "Oya", "0532 111 22 33")
    assert "Oya" in capsys.readouterr().out
    for to in ("seeds", "Oya", "+905321112233"):
        assert _test(config, row[0], to) == 0
        assert "sms to Oya" in capsys.readouterr().out
    for wrong in ((row[0], "+905329999999"), (uuid.uuid4(), "seeds")):
        with pytest.raises(KervanError):
            _test(config, *wrong)
    _seed(config, "remove", "Oya")
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        assert conn.execute("select count(*) from seed").fetchone() == (0,)
        assert conn.execute("select count(*) from message where class = 'test'").fetchone() == (3,)
