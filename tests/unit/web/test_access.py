"""Links, sessions and keys: only hashes are kept, each is good for what it says and no longer."""

from datetime import timedelta

import pytest

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.web import access, users


def test_nothing_secret_is_stored(postgres: Connection) -> None:
    link = access.make_link(postgres)
    session = access.use_link(postgres, link)
    _, key = access.make_key(postgres, "till")
    assert session
    for table in ("sign_in_link", "web_session", "api_token"):
        rows = str(postgres.execute(f"select * from kervan.{table}").fetchall())
        for secret in (link, session, key):
            assert secret not in rows and secret.encode().hex() not in rows


def test_a_session_shows_whose_it_is_with_the_roles_of_now(postgres: Connection) -> None:
    user = users.add(postgres, "main", "a@shop.com", ["analyst"])
    secret = access.open_session(postgres, user, "password")
    held = access.by_session(postgres, secret, "main")
    assert held is not None and (held.owner, held.roles) == (user, ("analyst",))
    elsewhere = access.by_session(postgres, secret, "another")
    assert elsewhere is not None and elsewhere.roles == ()
    command_line = access.open_session(postgres, access.COMMAND_LINE, "link")
    found = access.by_session(postgres, command_line, "main")
    assert found is not None and found.roles == ("owner",)


@pytest.mark.parametrize("secret", ["", "wrong", "\0", "\ud800", "x" * 100_000])
def test_a_wrong_secret_opens_nothing(postgres: Connection, secret: str) -> None:
    assert access.by_session(postgres, secret, "main") is None
    assert access.by_key(postgres, secret, "main") is None
    assert access.use_link(postgres, secret) is None


def test_what_ended_long_ago_is_forgotten(postgres: Connection) -> None:
    access.use_link(postgres, access.make_link(postgres))
    access.step(postgres, clock.now())
    assert postgres.execute("select count(*) from kervan.web_session").fetchone() == (1,)
    access.step(postgres, clock.now() + timedelta(days=60))
    assert postgres.execute("select count(*) from kervan.web_session").fetchone() == (0,)
    assert postgres.execute("select count(*) from kervan.sign_in_link").fetchone() == (0,)


def test_a_key_ends_with_its_time_and_at_a_word(postgres: Connection) -> None:
    number, secret = access.make_key(
        postgres, "till", workspace="main", scopes=["people.read"],
        expires=clock.now() + timedelta(minutes=1),
    )  # fmt: skip
    held = access.by_key(postgres, secret, "main")
    assert held is not None and held.scopes == ("people.read",)
    assert access.by_key(postgres, secret, "another") is None
    assert [one.name for one in access.keys(postgres, "main")] == ["till"]
    assert not access.revoke_key(postgres, "another", number)
    assert access.revoke_key(postgres, "main", number)
    assert access.by_key(postgres, secret, "main") is None
    assert not access.revoke_key(postgres, "main", number)
