"""Every invoice of the sample shop comes in once, also when the worker is killed on the way."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import msgspec
import pyarrow as pa

from kervan.app.sampler import Sampler, read
from kervan.collect import intake, sample
from kervan.demo import retail
from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection

VAULT = Vault(b"k" * 32)
_INVOICES = retail.EVENTS_PER_BATCH * 2 + 3


def _bodies(count: int) -> Callable[[date], Iterator[tuple[bytes, int]]]:
    day = datetime.fromisoformat("2011-12-09T09:00")
    lines = retail.group_lines(
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
    return lambda last_day: retail.bodies(lines, retail.shift_days(last_day))


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
    bodies, at = _bodies(_INVOICES), clock.now_ms()
    assert not Sampler(VAULT, workspace, bodies).step(postgres, at), "nobody asked for it"
    sample.begin(postgres, workspace, "oya", date(2026, 11, 20), clock.now())
    postgres.execute("update sample_shop set wanted = %s", (_INVOICES,))
    assert Sampler(VAULT, workspace, bodies).step(postgres, at)
    broken = Sampler(VAULT, workspace, _bodies(retail.EVENTS_PER_BATCH))
    assert not broken.step(postgres, at), "what breaks off is no end"
    other = Sampler(VAULT, workspace, bodies)  # the first one was killed
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
    assert not Sampler(VAULT, workspace, _bodies(_INVOICES)).step(postgres, clock.now_ms())
    found = sample.find(postgres)
    assert found is not None
    assert found.sent == 0


def test_a_process_of_its_own_reads_the_invoices() -> None:
    bodies = read(date(2026, 11, 20))
    (body, count), (_, second) = next(bodies), next(bodies)
    del bodies  # ends the process
    assert count == second == retail.EVENTS_PER_BATCH
    assert len(msgspec.json.decode(body)["batch"]) == count
