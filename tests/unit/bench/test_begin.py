"""What a bench begins with: a free port, a place of its own, and one clear word when it fails."""

import dataclasses
import socket
from pathlib import Path

import pytest

from kervan.bench import begin
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError


def test_a_free_port_is_one_nobody_listens_on() -> None:
    port = begin.free_port()
    assert not begin.listens(port)
    with socket.create_server(("127.0.0.1", port)):
        assert begin.listens(port)
    assert not begin.listens(port)


def test_a_place_is_empty_open_to_others_and_gone_at_the_end() -> None:
    with begin.place() as here:
        assert list(here.iterdir()) == []
        assert here.stat().st_mode & 0o777 == 0o755
        (here / "some").mkdir()
        (here / "some" / "file").write_text("x")
    assert not here.exists()


def test_a_place_is_gone_after_an_error_too() -> None:
    seen: list[Path] = []

    def work() -> None:
        with begin.place() as here:
            seen.append(here)
            raise KervanError("bench.stuck", 500)

    with pytest.raises(KervanError):
        work()
    assert not seen[0].exists()


def test_a_kervan_that_does_not_come_up_gives_its_last_words(
    capfd: pytest.CaptureFixture[str],
) -> None:
    config = dataclasses.replace(Config(), postgres_url="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(KervanError) as caught, begin.kervan(config):
        pass
    assert caught.value.code == "bench.not_started"
    assert str(caught.value.params["log"]).strip()
    assert "last words" in capfd.readouterr().err
