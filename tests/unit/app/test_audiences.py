"""The command line makes an audience, shows how it stands, and ends it."""

import argparse
import json
import uuid
from datetime import date
from typing import Any

import pytest

from kervan.app import audiences, ground, make_live
from kervan.delivery import accounts
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.privacy import register
from tests.unit.app.test_segments import TEXT

SIGNED = date(2026, 1, 5)
NOTHING = {
    "key": "", "account": "meta", "target": "11", "segment": "baku", "name": "", "brand": "",
    "transfer": None, "json": False,
}  # fmt: skip


def act(config: Config, action: str, **given: Any) -> int:
    """Type the command."""
    arguments = argparse.Namespace(action=action, **{**NOTHING, **given})
    return audiences.audience(config, arguments)


def prepare(config: Config) -> uuid.UUID:
    """A segment, an account, and a registered transfer; gives its entry."""
    path = config.data / "baku.yaml"
    path.write_text(TEXT, encoding="utf-8")
    make_live.apply(config, argparse.Namespace(file=path, plan=False))
    keys = ground.vault_of(config).workspace(config.workspace)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        accounts.save(conn, keys, "meta", "meta_ads", {"access_token": "EAAB"}, clock.now())
        entry = register.Processor(
            "Meta", "processor", "IE", "ads", "hashes", "customers", SIGNED,
            transfer_basis="standard_contract", contract_signed_on=SIGNED,
        )  # fmt: skip
        return register.keep(conn, entry, clock.now(), "me")


def test_an_audience_from_its_making_to_its_end(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    transfer = prepare(config)
    with pytest.raises(KervanError, match="transfer"):
        act(config, "put", key="vip")
    capsys.readouterr()
    assert act(config, "put", key="vip", transfer=transfer) == 0
    assert "vip" in capsys.readouterr().out
    assert act(config, "orders", key="orders", target="77", transfer=transfer) == 0
    capsys.readouterr()
    assert act(config, "reconcile", key="vip") == 0
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        conn.execute(
            "update audience set problem = 'flagged_471', failing_since = now() where key = 'vip'"
        )
    assert act(config, "list") == 1, "a script sees that something is wrong"
    assert "471" not in capsys.readouterr().out, "said in words"
    act(config, "list", json=True)
    told = json.loads(capsys.readouterr().out)
    assert [one["problem"] for one in told["audiences"]] == ["flagged_471"]
    assert act(config, "end-orders", key="orders") == 0
    assert act(config, "end", key="vip") == 0
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        assert conn.execute("select count(*) from audience").fetchone() == (0,)
