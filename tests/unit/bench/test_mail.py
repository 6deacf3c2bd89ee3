"""The mail bench on a handful of mails: the program's own sender, the bare hand-over, the key."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from cryptography.hazmat.primitives import serialization

from kervan.bench import mail
from kervan.bench.mail_crowd import Crowd
from kervan.bench.sink import Sink
from kervan.bench.state import State
from kervan.delivery.channels.smtp import Mail
from kervan.kernel import crypto, keyring
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection, connect


@pytest.fixture
def here(postgres_url: str, workspace: str, tmp_path: Path) -> State:
    """A bench's state on the test's own database, with the key a sender finds there too."""
    config = Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)
    master = crypto.load_master_key(tmp_path / "master.key")
    with connect(postgres_url) as conn:
        keyring.prepare(conn, master, [workspace])
        vault = keyring.open_vault(conn, master)
    return State(config, vault.workspace(workspace), psutil.Process())


def test_the_sender_of_the_bench_sends_what_was_intended(here: State, postgres: Connection) -> None:
    crowd = Crowd(here, postgres, 5)
    with Sink() as sink:
        plain, _ = mail.configs(here.config, sink.url, here.config.data / "none.pem")
        with mail.sender(plain) as process:
            assert mail.send(postgres, crowd, process, 5) >= 0
            assert mail.send(postgres, crowd, process, 12) >= 0  # more than there are people
        assert sink.mails == 17
        assert len(sink.came) == 5
    assert not process.is_running()


def test_a_sender_that_is_gone_is_not_a_figure(here: State, postgres: Connection) -> None:
    crowd = Crowd(here, postgres, 2)
    process = psutil.Popen(["true"])
    process.wait()
    with pytest.raises(KervanError) as caught:
        mail.send(postgres, crowd, process, 2)
    assert caught.value.code == "bench.not_sent"
    assert caught.value.params == {"intended": 2, "sent": 0}


def test_mails_written_to_look_at_are_never_sent(here: State, postgres: Connection) -> None:
    crowd = Crowd(here, postgres, 5)
    key_path = here.config.data / "dkim.pem"
    mail.new_key(key_path)
    plain, signed = mail.configs(here.config, "smtp://127.0.0.1:1", key_path)
    for config in (plain, signed):
        mails, seconds = mail.written(here, postgres, crowd, config, 20)
        assert len(mails) == 20
        assert seconds > 0
        assert (b"DKIM-Signature" in mails[0].content) is (config is signed)
    assert mail._open(postgres) == 0


@pytest.mark.parametrize("signed", [False, True])
def test_the_bare_way_hands_every_mail_over(tmp_path: Path, signed: bool) -> None:
    key = mail.new_key(tmp_path / "dkim.pem")
    mails = [Mail(i, "a@shop.test", f"c{i}@ornek.test", b"Subject: x\r\n\r\ntext\r\n")
             for i in range(7)]  # fmt: skip
    with Sink() as sink:
        assert mail.bare(sink.url, mails, key if signed else None, 30) > 0
        assert sink.mails == 30
        assert set(sink.came) == {one.recipient for one in mails}


def test_a_sink_that_hangs_up_is_not_waited_for() -> None:
    with Sink() as sink:
        address = urlsplit(sink.url)
        with mail.socket.create_connection((address.hostname, address.port or 25)) as line:
            line.sendall(b"QUIT\r\n")
            with pytest.raises(KervanError):
                mail._until(line, b"354 ")


def test_the_key_is_a_real_one_that_signs(tmp_path: Path) -> None:
    path = tmp_path / "dkim.pem"
    key = mail.new_key(path)
    kept = serialization.load_pem_private_key(path.read_bytes(), None)
    assert kept.public_key() == key.public_key()
    speed, noisy_run = mail._signatures(key)
    assert speed.value > 0
    assert noisy_run.figure == "noisy_run"


def test_the_two_senders_differ_in_the_key_alone(tmp_path: Path) -> None:
    plain, signed = mail.configs(Config(dkim_domain="x"), "smtp://h:1", tmp_path / "k")
    assert (plain.dkim_domain, signed.dkim_domain) == ("", "shop.example")
    assert signed.dkim_key_path == str(tmp_path / "k")
    unsigned = replace(signed, dkim_domain="", dkim_selector="", dkim_key_path="")
    assert unsigned == plain
