"""Outside servers and ports: what is too old, silent or taken is said in one sentence."""

import socket

import pytest

from kervan.engines import outside
from kervan.kernel.errors import KervanError


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(KervanError) as refused:
            outside.check_port("127.0.0.1", port)
    assert refused.value.code == "engines.port_unusable"
    assert str(port) in refused.value.say("tr")
    outside.check_port("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port"), [("203.0.113.1", 8000), ("no.such.host.invalid", 8000), ("127.0.0.1", 70000)]
)
def test_an_impossible_address_is_named(host: str, port: int) -> None:
    with pytest.raises(KervanError) as refused:
        outside.check_port(host, port)
    assert refused.value.code == "engines.port_unusable"


def test_living_servers_pass(postgres_server: str, clickhouse_server: str) -> None:
    assert outside.check_postgres(postgres_server) >= 16
    assert outside.check_clickhouse(clickhouse_server)


def test_silent_servers_are_named_without_their_passwords() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(KervanError) as refused:
        outside.check_postgres(f"postgresql://me:hush@127.0.0.1:{port}/x")
    assert refused.value.code == "engines.postgres_unreachable"
    assert "hush" not in str(refused.value)
    with pytest.raises(KervanError) as refused:
        outside.check_clickhouse(f"http://me:hush@127.0.0.1:{port}")
    assert refused.value.code == "engines.clickhouse_unreachable"
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("version", [9, 15])
def test_an_old_postgres_is_refused(version: int) -> None:
    with pytest.raises(KervanError) as refused:
        outside.require_postgres(version)
    assert refused.value.code == "engines.postgres_too_old"


@pytest.mark.parametrize(
    ("version", "fits"),
    [("24.12.1.1", False), ("25.7.9.1", False), ("25.8.1.1", True), ("26.9.2.1", True)],
)
def test_clickhouse_versions_compare_as_numbers(version: str, fits: bool) -> None:
    if fits:
        outside.require_clickhouse(version)
        return
    with pytest.raises(KervanError) as refused:
        outside.require_clickhouse(version)
    assert refused.value.code == "engines.clickhouse_too_old"
