"""The operator's words about the registry: save, look, hurry, ask."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kervan import cli
from kervan.app import ground, registry
from kervan.collect import intake
from kervan.delivery import outbox, refusals
from kervan.delivery.states import State
from kervan.kernel import clock
from kervan.kernel import postgres as state
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.simulators.iys.registry import Registry
from tests.simulators.iys.server import Simulator
from tests.unit.consent.registry.world import VAULT, World, world
from tests.unit.delivery.world import intents

AYSE = "+905321112233"


def test_an_account_is_saved_from_a_file_and_its_secret_never_shown(
    postgres: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "iys.toml"
    path.write_text(
        'provider = "iys"\nbase_url = "https://registry.example"\niys_code = 1\n'
        'brand_code = 2\nusername = "u"\npassword = "geheim"\n'
    )
    arguments = cli.parser().parse_args(["registry", "set", str(path)])
    assert registry._set(postgres, VAULT, arguments) == 0
    assert registry._status(postgres, VAULT, "tr") == 0
    said = capsys.readouterr().out
    assert "İYS (-): 0 kayıt bekliyor" in said
    assert "geheim" not in said
    path.write_text("password = ")
    with pytest.raises(KervanError):
        registry._set(postgres, VAULT, arguments)


def test_pushing_sends_and_a_late_word_is_wrong(
    postgres: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    with Simulator(Registry()) as simulator:
        w = World(postgres, simulator, VAULT)
        w.at = clock.now()
        simulator.registry.now = clock.now
        w.sign_up()
        w.say(w.person(AYSE), "granted", clock.now() - timedelta(minutes=2))
        assert registry._hurry(postgres, VAULT, "en") == 0
        assert w.held(AYSE) == "ONAY"
        assert "done=1" in capsys.readouterr().out
        postgres.execute("update registry_outbox set state = 'doubt', alarmed_at = alarm_at")
        assert registry._status(postgres, VAULT, "en") == 1
        assert "WRONG İYS (-): 1 words are late" in capsys.readouterr().out


def test_one_address_is_asked_about(
    postgres: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    with world(postgres) as w:
        w.registry.citizen(AYSE, "MESAJ", "RET", "IYS_CM")
        arguments = cli.parser().parse_args(["registry", "check", "0532 111 22 33"])
        assert registry._check(postgres, VAULT, "TR", arguments) == 0
        assert capsys.readouterr().out.startswith("MESAJ\tRET\t")
        arguments.channel = "push"
        with pytest.raises(KervanError, match="no type"):
            registry._check(postgres, VAULT, "TR", arguments)
        arguments.channel, arguments.brand = "sms", "sister"
        with pytest.raises(KervanError, match="no account"):
            registry._check(postgres, VAULT, "TR", arguments)
        arguments.brand = ""
        w.simulator.fail("503")
        with pytest.raises(KervanError, match="did not answer"):
            registry._check(postgres, VAULT, "TR", arguments)


@pytest.mark.usefixtures("unheard")
def test_what_waits_to_be_sent_is_taken_back_when_the_registry_says_no(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = ground.vault_of(config).workspace(config.workspace)
    with (
        Simulator(Registry()) as simulator,
        state.connect(config.postgres_url, workspace=config.workspace) as conn,
    ):
        today = clock.now().date()
        intake.open_days(conn, [today, today + timedelta(days=1)])
        w = World(conn, simulator, keys)
        w.at = clock.now()
        w.sign_up()
        her = w.person(AYSE)
        w.say(her, "granted", clock.now() - timedelta(minutes=2))
        assert outbox.intend(conn, keys, replace(intents([her]), channel=["sms"])) == 1
        conn.commit()
        w.registry.citizen(AYSE, "MESAJ", "RET", "IYS_CM")
        arguments = cli.parser().parse_args(["registry", "check", AYSE])
        assert registry.registry(config, arguments) == 0
        assert "RET" in capsys.readouterr().out
        found = conn.execute("select state, reason from message").fetchall()
        assert found == [(State.CANCELLED, refusals.WITHDRAWN)]
        w.speaker.close()
