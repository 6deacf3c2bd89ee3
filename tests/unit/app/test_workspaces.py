"""`kervan workspace` on a prepared installation: what it says, makes and leaves."""

import argparse

import pytest

from kervan import cli
from kervan.app import ground, up
from kervan.kernel import clickhouse, postgres, workspaces
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError


def _run(config: Config, *words: str) -> int:
    arguments: argparse.Namespace = cli.parser().parse_args(["workspace", *words])
    return cli.command(arguments.run)(config, arguments)


def _refusal(config: Config, *words: str) -> str:
    with pytest.raises(KervanError) as found:
        _run(config, *words)
    return found.value.code


def test_one_is_opened_listed_closed_and_opened_again(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "x" + config.workspace.replace("_", "")[-20:]
    _run(config, "open", key, "--name", "Deneme", "--country", "az", "--zone", "Asia/Baku")
    address = f"http://{key}.localhost:{config.port}"
    assert capsys.readouterr().out.strip().endswith(address)
    with postgres.connect(config.postgres_url, workspace=key) as conn:
        assert conn.execute("select count(*) from profile").fetchone() == (0,)
    client = clickhouse.connect(config.clickhouse_url, postgres.schema_name(key))
    assert client.query("select count() from events").result_rows == [(0,)]
    names = [one.name for one in up.children(config)]
    assert {f"worker-1@{key}", f"segmenter@{key}", f"sender@{key}"} <= set(names)
    assert _refusal(config, "open", key) == "kernel.workspace_exists"
    with postgres.connect(config.postgres_url) as conn:
        assert key in ground.served(conn, config), "it is migrated with the first"
    _run(config, "close", key)
    assert not [one.name for one in up.children(config) if one.name.endswith(f"@{key}")]
    _run(config, "list")
    listed = [line for line in capsys.readouterr().out.splitlines() if line.startswith(key)]
    assert listed == [f"{key}  {address}  Deneme  closed"]
    _run(config, "reopen", key)
    with postgres.connect(config.postgres_url) as conn:
        assert workspaces.find(conn, key).closed_at is None
        workspaces.close(conn, key, workspaces.find(conn, key).created_at)


def test_the_first_cannot_be_closed(config: Config) -> None:
    assert _refusal(config, "close", config.workspace) == "kernel.workspace_first"
    assert _refusal(config, "close", "nowhere") == "kernel.workspace_unknown"
