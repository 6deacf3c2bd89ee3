"""`kervan user` and `kervan key` on a prepared database: what they say and what they leave."""

import argparse
from typing import Any

import pytest

from kervan import cli
from kervan.kernel import postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.web import access, users


@pytest.fixture
def config(engines_urls: Any, tmp_path: Any) -> Config:
    return Config(
        data=tmp_path,
        postgres_url=engines_urls.postgres,
        clickhouse_url=engines_urls.clickhouse,
        workspace=engines_urls.workspace,
    )


def _run(config: Config, *words: str) -> int:
    arguments: argparse.Namespace = cli.parser().parse_args(list(words))
    return cli.command(arguments.run)(config, arguments)


def test_a_user_is_added_listed_reset_and_disabled(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(config, "user", "add", "Ayse@Shop.com", "--role", "owner")
    link = capsys.readouterr().out.strip()
    assert link.startswith(f"{config.address}/sign-in/password?token=")
    with postgres.connect(config.postgres_url) as conn:
        user = users.choose_password(conn, link.partition("=")[2], "vişne renkli dört bisiklet")
    assert user.email == "ayse@shop.com"
    _run(config, "user", "list")
    assert capsys.readouterr().out == "ayse@shop.com  owner\n"
    _run(config, "user", "reset", "ayse@shop.com", "--second-factor")
    assert "/sign-in/password?token=" in capsys.readouterr().out
    _run(config, "user", "add", "b@shop.com", "--role", "owner")
    _run(config, "user", "disable", "ayse@shop.com")
    capsys.readouterr()
    _run(config, "user", "list")
    assert capsys.readouterr().out == "b@shop.com  owner\nayse@shop.com  owner  disabled\n"
    with postgres.connect(config.postgres_url) as conn:
        rows = conn.execute("select what, actor_kind from kervan.audit order by id").fetchall()
    assert {kind for _, kind in rows} == {"command"}
    assert next(what for what, _ in rows) == "user_added"


def test_a_key_is_made_and_revoked(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    _run(config, "key", "add", "till", "--scope", "people.read", "--days", "30")
    secret = capsys.readouterr().out.strip()
    with postgres.connect(config.postgres_url) as conn:
        held = access.by_key(conn, secret, config.workspace)
    assert held is not None and held.scopes == ("people.read",)
    _run(config, "key", "list")
    assert "till  people.read" in capsys.readouterr().out
    _run(config, "key", "revoke", "till")
    with postgres.connect(config.postgres_url) as conn:
        assert access.by_key(conn, secret, config.workspace) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("user", "add", "a@shop.com"), "web.role_unknown"),
        (("user", "add", "--role", "owner"), "web.name_missing"),
        (("user", "reset", "nobody@shop.com"), "web.user_unknown"),
        (("key", "add", "x", "--scope", "everything"), "web.right_unknown"),
        (("key", "revoke", "x"), "web.key_unknown"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    config: Config, words: tuple[str, ...], code: str
) -> None:
    with pytest.raises(KervanError) as refused:
        _run(config, *words)
    assert refused.value.code == code
