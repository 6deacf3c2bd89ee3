"""The doctor: healthy is said so, each trouble comes with what to do."""

import socket
from pathlib import Path

from kervan.engines import doctor
from kervan.kernel.config import Config


def codes(config: Config, ok: bool) -> set[str]:
    return {finding.code for finding in doctor.examine(config) if finding.ok is ok}


def test_a_healthy_place_has_no_trouble(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "new", port=0)
    assert codes(config, ok=False) == set()
    for finding in doctor.examine(config):
        for locale in ("en", "tr", "az"):
            assert "{" not in finding.say(locale)


def test_running_servers_are_asked(
    tmp_path: Path, postgres_server: str, clickhouse_server: str
) -> None:
    config = Config(
        data=tmp_path, port=0, postgres_url=postgres_server, clickhouse_url=clickhouse_server
    )
    assert {"engines.doctor_postgres", "engines.doctor_clickhouse"} <= codes(config, ok=True)


def test_troubles_are_found(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("14\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = Config(
            data=tmp_path, port=taken.getsockname()[1], clickhouse_url="http://kervan:x@127.0.0.1:1"
        )
        assert codes(config, ok=False) == {
            "engines.port_unusable",
            "engines.postgres_other_version",
            "engines.clickhouse_unreachable",
        }
