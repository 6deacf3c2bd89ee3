"""A test goes to a seed only, marked, through the real sender, and is counted nowhere."""

import email
import email.policy
import re
from datetime import datetime, timedelta
from html import unescape

import pytest

from kervan.content.messages import apply, store
from kervan.content.messages.definition import read
from kervan.delivery import books
from kervan.delivery import read as sent_messages
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.compose import EmailComposer
from kervan.delivery.seeds import book, send
from kervan.delivery.send import Sender
from kervan.delivery.states import State
from kervan.delivery.way import by_smtp
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery import gate
from tests.unit.delivery.peer import Peer, until
from tests.unit.delivery.world import QUICK, VAULT, add_people, sending, states

MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>Merhaba "
    "{{ person.first_name | default('?') }}</mj-text>"
    '<mj-button href="https://shop.example/coats">Bak</mj-button>'
    "</mj-column></mj-section></mj-body></mjml>"
)
MESSAGE = {
    "key": "coats", "name": "Coats", "intent": "Sell", "purpose": "marketing",
    "variants": {
        "email": {"tr": {"subject": "Palto", "preheader": "a", "mjml": MJML,
                         "from_name": "Çınar", "from_email": "hi@shop.example"}},
        "sms": {"tr": {"text": "Palto {{ person.first_name | default('?') }}"}},
    },
}  # fmt: skip
NOW = gate.NOON


@pytest.fixture
def person(postgres: Connection) -> int:
    """A customer who agreed to nothing, and a message."""
    [number] = add_people(postgres, ["customer@home.example"], consenting=False)
    apply.apply(postgres, read(MESSAGE), NOW, "oya")
    postgres.commit()
    return number


def _seed(conn: Connection, channel: str = "email", address: str = "oya@shop.example") -> book.Seed:
    return book.add(conn, VAULT, channel, "Oya", address, "TR", NOW, "oya")


def _send(conn: Connection, person: int, *seeds: book.Seed, at: datetime = NOW) -> list[send.Sent]:
    reader = send.Reader(person, {"person": {"first_name": "Ayşe", "locale": "tr"}}, "tr")
    sent = send.send(conn, VAULT, store.get(conn, "coats"), reader, seeds, at)
    conn.commit()
    return sent


def test_it_arrives_at_the_seed(
    postgres: Connection, postgres_url: str, workspace: str, person: int
) -> None:
    count = "select coalesce(sum(events), 0) from kervan.intake"
    before = postgres.execute(count).fetchone()
    seed = _seed(postgres)
    with Peer() as peer:
        mail = Email(Settings(smtp_url=peer.url, mail_from="news@shop.example"))
        composer = EmailComposer(mail, VAULT, "https://k.example")
        with sending(
            Sender(postgres_url, workspace, VAULT, "email", [by_smtp(mail, composer)], QUICK)
        ):
            (sent,) = _send(postgres, person, seed, at=clock.now())
            until(lambda: states(postgres) == {"accepted": 1})
    [(_, recipient, raw)] = peer.accepted
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert recipient == "oya@shop.example"
    assert parsed["subject"] == "[DENEME] Palto"
    body = parsed.get_body(("html",))
    assert body is not None
    html = unescape(body.get_content())
    assert "Ayşe" in html
    assert re.search(r"https://k\.example/c/[\w-]+", html)
    found = sent_messages.message_for(postgres, sent.message)
    assert found is not None
    assert (found.step, found.version) == ("coats", 1)
    assert postgres.execute(count).fetchone() == before, "history hears nothing of it"
    assert sent_messages.latest(postgres) == []
    assert postgres.execute("select count(*) from slot where class <> 'test'").fetchone() == (0,)


def test_no_consent_no_cap_no_night(postgres: Connection, person: int) -> None:
    night = [{"name": "night", "from": "00:00", "until": "24:00", "days": ["wed"]}]
    gate.allow(postgres, caps=[{"name": "none", "most": 0, "per": "day"}], quiet=night, skips=[])
    _send(postgres, person, _seed(postgres))
    going, refused = gate.judge(postgres, NOW)
    assert (len(going), refused) == (1, [])


def test_nobody_but_a_seed(postgres: Connection, person: int) -> None:
    """A seed that was taken off gets nothing, and least of all does the customer."""
    seed = _seed(postgres, address="customer@home.example")
    _send(postgres, person, seed)
    book.remove(postgres, seed.id)
    postgres.commit()
    going, [end] = gate.judge(postgres, NOW)
    assert going == []
    assert isinstance(end, books.End)
    assert end.reason == "delivery.no_address"
    assert states(postgres) == {State.SUPPRESSED.name.lower(): 1}


def test_only_channels_of_the_message(postgres: Connection, person: int) -> None:
    phone, push = _seed(postgres, "sms", "0532 111 22 33"), _seed(postgres, "push", "fcm:a")
    (sent,) = _send(postgres, person, phone, push)
    assert (sent.channel, sent.name) == ("sms", "Oya")
    with pytest.raises(KervanError) as caught:
        _send(postgres, person, push)
    assert caught.value.code == "delivery.test_nobody"
    (again,) = _send(postgres, person, phone)
    assert again.message != sent.message
    going, _ = gate.judge(postgres, NOW + timedelta(minutes=1), "sms")
    assert len(going) == 2
