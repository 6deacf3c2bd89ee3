"""Every invoice of the sample shop comes in once, also when the worker is killed on the way."""

from datetime import date, datetime

import msgspec
import pyarrow as pa

from kervan.app.sampler import Sampler
from kervan.collect import intake, sample
from kervan.demo import retail
from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection

VAULT = Vault(b"k" * 32)
_INVOICES = retail.EVENTS_PER_BATCH * 2 + 3


def _lines() -> retail.Lines:
    day = datetime.fromisoformat("2011-12-09T09:00")
    count = _INVOICES
    return retail.group_lines(
        pa.table(
            {
                "InvoiceNo": [f"{number:06}" for number in range(count)],
                "StockCode": ["a"] * count,
                "Description": ["A"] * count,
                "Quantity": [1] * count,
                "InvoiceDate": [day] * count,
                "UnitPrice": [1.0] * count,
                "CustomerID": [5] * count,
                "Country": ["France"] * count,
            }
        )
    )


def _taken(conn: Connection) -> list[str]:
    rows = conn.execute("select day, body from kervan.intake order by id").fetchall()
    found = []
    for day, body in rows:
        for one in intake.unpack(VAULT, day, body):
            found += [each["messageId"] for each in msgspec.json.decode(one.body)["batch"]]
    return found


def test_a_killed_worker_goes_on_where_it_was(postgres: Connection, workspace: str) -> None:
    day = clock.now().date()
    intake.open_days(postgres, [day])
    postgres.execute("delete from kervan.intake")
    lines, at = _lines(), clock.now_ms()
    assert not Sampler(VAULT, workspace, lines).step(postgres, at), "nobody asked for it"
    sample.begin(postgres, workspace, "oya", date(2026, 11, 20), clock.now())
    assert Sampler(VAULT, workspace, lines).step(postgres, at)
    other = Sampler(VAULT, workspace, lines)  # the first one was killed
    while other.step(postgres, at):
        pass
    taken = _taken(postgres)
    assert len(taken) == len(set(taken)) == _INVOICES
    found = sample.find(postgres)
    assert found is not None
    assert found.ended_at is not None
    assert not other.step(postgres, at)


def test_it_waits_while_much_is_waiting(postgres: Connection, workspace: str) -> None:
    day = clock.now().date()
    intake.open_days(postgres, [day])
    made = sample.begin(postgres, workspace, "oya", date(2026, 11, 20), clock.now())
    row = postgres.execute("select id from kervan.workspace where key = %s", (workspace,))
    [number] = row.fetchone() or [0]
    for _ in range(4):
        intake.append(postgres, VAULT, number, made.source, b"{}", 1, bulk=True)
    assert not Sampler(VAULT, workspace, _lines()).step(postgres, clock.now_ms())
    found = sample.find(postgres)
    assert found is not None
    assert found.sent == 0
