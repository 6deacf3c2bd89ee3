"""Through the whole sender: a text in parts ends with its receipts, and a STOP is a refusal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kervan.delivery import accounts
from kervan.delivery.run import House, Senders
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.simulators.smsc.smsc import PASSWORD, USER, Smsc
from tests.unit.delivery.peer import until
from tests.unit.delivery.test_run import send
from tests.unit.delivery.world import QUICK, VAULT, add_phones, sending, states

pytestmark = pytest.mark.peer("node", "npm")
LONG = "Değerli müşterimiz, siparişiniz yola çıktı. " * 6


@contextmanager
def running(url: str, workspace: str) -> Iterator[None]:
    """All senders of a process."""
    with sending(Senders(House(url, workspace, VAULT, "https://k.example", "tr", QUICK), {})):
        yield


def account(conn: Connection, smsc: Smsc, **changed: Any) -> None:
    """An account at the SMSC."""
    settings: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": smsc.port,
        "system_id": USER,
        "password": PASSWORD,
        "sender": "KERVAN",
        "reconnect_seconds": 0.05,
        **changed,
    }
    accounts.save(conn, VAULT, "smsc", "smpp", settings, clock.now(), is_private=True)
    conn.commit()


def asked(conn: Connection, query: str) -> Callable[[], Any]:
    """What the database answers now."""

    def now() -> Any:
        row = conn.execute(query).fetchone()
        conn.commit()
        return row[0] if row else None

    return now


@pytest.mark.parametrize("before", [False, True])
def test_texts_in_parts_are_delivered_with_their_last_receipt(
    smsc: Smsc, postgres: Connection, postgres_url: str, workspace: str, before: bool
) -> None:
    people = add_phones(postgres, [f"+9053211122{row:02}" for row in range(20)])
    smsc.order(always={"receipt": "both", "before": before, "twice": True}, quiet=True)
    with running(postgres_url, workspace):
        account(postgres, smsc)
        send(postgres, people, "sms", "a", text=LONG)
        until(lambda: states(postgres) == {"delivered": 20}, 60)
        smsc.order(count=True)
        assert smsc.wait("count", 1)["count"] % 3 == 0
    unknown = asked(postgres, "select count(*) from early_receipt")
    assert unknown() == 0


def test_a_restart_between_the_parts_changes_nothing(
    smsc: Smsc, postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_phones(postgres, ["+905321112233"])
    smsc.order(answers=[{"id": "A"}, {"id": "B"}, {"id": "C"}])
    arrived = asked(postgres, "select count(*) from provider_reference where delivered")
    with running(postgres_url, workspace):
        account(postgres, smsc)
        send(postgres, people, "sms", "a", text=LONG)
        until(lambda: states(postgres) == {"handed": 1}, 30)
        receipt(smsc, "A")
        until(lambda: arrived() == 1, 30)
    smsc.forget()
    with running(postgres_url, workspace):
        smsc.wait("bind")
        receipt(smsc, "C")
        until(lambda: arrived() == 2, 30)
        assert states(postgres) == {"handed": 1}
        receipt(smsc, "B")
        until(lambda: states(postgres) == {"delivered": 1}, 30)


def receipt(smsc: Smsc, name: str) -> None:
    """A part has arrived."""
    smsc.order(deliver={"esm_class": 4, "receipted_message_id": name, "message_state": 2})


def test_a_stop_is_a_refusal(
    smsc: Smsc, postgres: Connection, postgres_url: str, workspace: str
) -> None:
    add_phones(postgres, ["+905321112233"])
    withdrawn = asked(
        postgres,
        "select count(*) from consent_event where status = 'withdrawn' and channel = 'sms'",
    )
    with running(postgres_url, workspace):
        account(postgres, smsc)
        smsc.wait("bind")
        for _ in range(2):
            smsc.order(
                deliver={
                    "source_addr": "905321112233",
                    "source_addr_ton": 1,
                    "destination_addr": "3025",
                    "data_coding": 8,
                    "hex": "İPTAL".encode("utf-16-be").hex(),
                }
            )
        until(lambda: withdrawn() == 1, 30)
        smsc.wait("heard", 2)
    assert withdrawn() == 1
