"""Workspaces beside the first: which names they may have, where they are met, how they live."""

import pytest

from kervan.kernel import clock, workspaces
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.workspaces import New

_HERE = Config(workspace="main", port=8123, smtp_url="smtp://mail.shop.example")


def _refusal(conn: Connection, new: New, config: Config = _HERE) -> str:
    with pytest.raises(KervanError) as found:
        workspaces.add(conn, config, new, clock.now())
    conn.rollback()
    return found.value.code


def test_one_is_closed_until_its_tables_are_there(postgres: Connection) -> None:
    workspaces.add(
        postgres, _HERE, New("baku", "Bakı", country="AZ", timezone="Asia/Baku"), clock.now()
    )
    one = workspaces.find(postgres, "baku")
    assert (one.name, one.host, one.is_first) == ("Bakı", "baku.localhost", False)
    assert one not in workspaces.beside(workspaces.known(postgres))
    assert workspaces.close(postgres, "baku", None)
    assert not workspaces.close(postgres, "baku", None), "it is open already"
    opened = workspaces.beside(workspaces.known(postgres))
    assert [each.key for each in opened if each.key == "baku"] == ["baku"]
    assert workspaces.close(postgres, "baku", clock.now())
    workspaces.rename(postgres, "baku", "Bakı 2")
    assert workspaces.find(postgres, "baku").name == "Bakı 2"


def test_names_that_cannot_be(postgres: Connection) -> None:
    assert _refusal(postgres, New("Şube")) == "kernel.workspace_key"
    assert _refusal(postgres, New("x" * 31)) == "kernel.workspace_key"
    assert _refusal(postgres, New("ok", host="127.0.0.1")) == "kernel.workspace_host"
    assert _refusal(postgres, New("ok", host="a b")) == "kernel.workspace_host"
    assert _refusal(postgres, New("ok", timezone="Mars/Base")) == "kernel.workspace_zone"
    assert _refusal(postgres, New("main")) == "kernel.workspace_exists"
    public = Config(workspace="main", public_url="https://shop.example")
    assert _refusal(postgres, New("ok", host="SHOP.example."), public) == "kernel.workspace_exists"
    workspaces.add(postgres, _HERE, New("sand"), clock.now())
    assert workspaces.find(postgres, "sand").name == "sand"
    for again in (New("sand", host="other.example"), New("other", host="sand.localhost")):
        with pytest.raises(KervanError) as found:
            workspaces.add(postgres, _HERE, again, clock.now())
        assert found.value.code == "kernel.workspace_exists"


@pytest.mark.parametrize(
    ("address", "host", "found"),
    [
        ("https://shop.example", "", "https://sand.shop.example"),
        ("http://10.0.0.7:8123", "", "http://sand.localhost:8123"),
        ("http://[::1]:8000", "", "http://sand.localhost:8000"),
        ("https://shop.example:8443", "deneme.example", "https://deneme.example:8443"),
    ],
)
def test_it_is_met_beside_the_first(
    postgres: Connection, address: str, host: str, found: str
) -> None:
    config = Config(workspace="main", public_url=address)
    workspaces.add(postgres, config, New("sand", host=host), clock.now())
    assert workspaces.address(config, workspaces.find(postgres, "sand")) == found


def test_it_lives_by_its_own_clock_and_has_no_mail_server(postgres: Connection) -> None:
    workspaces.add(postgres, _HERE, New("baku", country="AZ", timezone="Asia/Baku"), clock.now())
    inside = workspaces.within(_HERE, workspaces.find(postgres, "baku"))
    assert (inside.workspace, inside.country, inside.timezone) == ("baku", "AZ", "Asia/Baku")
    assert inside.locale == _HERE.locale
    assert inside.smtp_url == "", "a sandbox must not send by the shop's own server"
    assert inside.address == "http://baku.localhost:8123"
