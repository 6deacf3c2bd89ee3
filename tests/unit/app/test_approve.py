"""The command line proposes where a second person is asked, and approves what others proposed."""

import argparse
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from kervan.app import approve, broadcasts, make_live, messages, sending
from kervan.content import company
from kervan.content.company import Company
from kervan.content.messages import apply as message_apply
from kervan.content.messages import definition
from kervan.content.messages import store as message_store
from kervan.journeys.approval import store
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from tests.unit.app.test_messages import MESSAGE
from tests.unit.journeys.approval.test_second import NEWS
from tests.unit.journeys.test_parse import EXAMPLE

POLICY = "policy:\n  caps: [{name: one, most: 1, per: day}]\n"
TEXT = MESSAGE.replace('          {% use "foot" %}\n', "")


@pytest.fixture
def config(postgres_url: str, workspace: str, tmp_path: Path) -> Config:
    return Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)


def _run(config: Config, *require: str, proposal: Any = None, **more: Any) -> int:
    given = {"reject": False, "note": "", "require": list(require), "proposal": proposal, **more}
    return approve.approve(config, argparse.Namespace(**given))


def test_texts_wait(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        speaker = Company("Çınar A.Ş.", "0123456789012345", email="a@shop.example")
        company.save(conn, "", speaker, clock.now())
    _run(config, "message=all", "journey=all", "policy=all")
    assert "message: all" in capsys.readouterr().out
    text = {"message": TEXT, "policy": POLICY, "journey": EXAMPLE}
    assert "waits" in messages.apply_text(config, text["message"])
    assert "waits" in sending.apply_text(config, text["policy"])
    assert "waits" in make_live._apply_journey(config, text["journey"])
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        waiting = store.listed(conn)
        assert {one.kind for one in waiting} == {*text}
        with pytest.raises(KervanError):
            message_store.get(conn, "autumn")
    _run(config)
    assert str(waiting[0].id) in capsys.readouterr().out
    with pytest.raises(KervanError) as caught:
        _run(config, proposal=waiting[0].id)
    assert caught.value.code == "journeys.approval_own"
    _run(config, proposal=waiting[0].id, reject=True, note="mine")
    with pytest.raises(KervanError):
        _run(config, "message=some")


def test_who_holds_the_machine_starts_no_broadcast_of_her_own(config: Config) -> None:
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        wanted = definition.read(yaml.safe_load(NEWS.format(key="news", purpose="marketing")))
        message_apply.apply(conn, wanted, clock.now(), "oya")
    text = "broadcast: {key: news, name: News, everybody: true, message: news}"
    broadcasts.apply_text(config, text)
    _run(config, "broadcast=marketing")
    start = argparse.Namespace(action="start", key="news", json=False)
    with pytest.raises(KervanError) as caught:
        broadcasts.broadcast(config, start)
    assert caught.value.code == "journeys.approval_start_own"
    _run(config, "broadcast=none")
    assert broadcasts.broadcast(config, start) == 0


def test_what_another_person_proposed(config: Config) -> None:
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        wanted = store.Wanted("policy", "default", "", '{"caps":[]}', 0, marketing=True)
        made = store.propose(conn, wanted, clock.now(), str(uuid.UUID(int=7)))
    assert _run(config, proposal=made.id) == 0
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        assert store.get(conn, made.id).state == "approved"
