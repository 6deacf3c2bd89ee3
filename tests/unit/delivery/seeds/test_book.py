"""The seed list keeps sound addresses sealed, each once."""

import pytest

from kervan.delivery.seeds import book
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import AT, VAULT


def _add(conn: Connection, channel: str, name: str, address: str) -> book.Seed:
    return book.add(conn, VAULT, channel, name, address, "TR", AT, "oya")


def test_addresses(postgres: Connection) -> None:
    first = _add(postgres, "email", " Oya  K. ", "Oya@Shop.example")
    assert (first.name, first.address) == ("Oya K.", "oya@shop.example")
    assert _add(postgres, "email", "Oya", "oya@shop.example").id == first.id
    phone = _add(postgres, "sms", "Oya", "0532 111 22 33")
    assert phone.address == "+905321112233"
    _add(postgres, "push", "Phone", "fcm:abc")
    assert [(one.channel, one.name) for one in book.every(postgres, VAULT)] == [
        ("email", "Oya"), ("push", "Phone"), ("sms", "Oya"),
    ]  # fmt: skip
    (row,) = postgres.execute("select sealed from seed where channel = 'sms'").fetchall()
    assert b"532" not in bytes(row[0])
    assert "532" not in repr(phone)
    found = book.find(postgres, VAULT, "sms", [phone.contact, first.contact])
    assert found == {phone.contact: "+905321112233"}
    book.remove(postgres, phone.id)
    assert book.find(postgres, VAULT, "sms", [phone.contact]) == {}


@pytest.mark.parametrize(
    ("channel", "name", "address"),
    [
        ("call", "a", "+905321112233"), ("webhook", "a", "x"), ("email", "", "a@b.example"),
        ("email", "a", "nobody"), ("sms", "a", "123"), ("push", "a", " "),
    ],
)  # fmt: skip
def test_what_cannot_be_on_it(postgres: Connection, channel: str, name: str, address: str) -> None:
    with pytest.raises(KervanError) as caught:
        _add(postgres, channel, name, address)
    for locale in LOCALES:
        assert "delivery." not in caught.value.say(locale)


def test_its_length(postgres: Connection) -> None:
    for number in range(book.MOST):
        _add(postgres, "push", "a", f"fcm:{number}")
    with pytest.raises(KervanError) as caught:
        _add(postgres, "push", "a", "fcm:more")
    assert caught.value.code == "delivery.seeds_full"
    _add(postgres, "push", "b", "fcm:1")
