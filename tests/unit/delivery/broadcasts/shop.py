"""A small shop that sends broadcasts: people in both databases, messages, a runner, a gate."""

from datetime import datetime, timedelta
from typing import Any

import yaml
from clickhouse_connect.driver.client import Client

from kervan.content.messages import apply as messages
from kervan.content.messages import definition
from kervan.delivery import books
from kervan.delivery.broadcasts import read, store
from kervan.delivery.broadcasts.count import Progress, progress
from kervan.delivery.broadcasts.run import Runner
from kervan.delivery.broadcasts.store import Kept
from kervan.delivery.states import State
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection
from kervan.segments.mirror import step as mirror
from kervan.segments.mirror.read import Usual
from tests.unit.delivery.gate import SENDER, judge
from tests.unit.delivery.world import VAULT, add_people

NOON = datetime.fromisoformat("2026-11-27T09:00:00+00:00")
ZONE = "Europe/Istanbul"
_MESSAGE = """
key: {key}
name: {key}
intent: Tell what is new
purpose: marketing
variants:
  email:
    tr:
      subject: "{key}"
      mjml: |
        <mjml><mj-body><mj-section><mj-column>
          <mj-text><a href="https://shop.example/{key}">Yeni</a></mj-text>
        </mj-column></mj-section></mj-body></mjml>
"""


class Shop:
    """Its clock stands still at `at` until a test moves it."""

    def __init__(self, conn: Connection, history: Client) -> None:
        self.conn = conn
        self.history = history
        self.at = NOON
        self.runner = Runner(history, VAULT, ZONE)

    def people(self, count: int, *, consenting: bool = True) -> list[int]:
        """So many people with an e-mail address, known to both databases."""
        mails = [f"{ids.random_bytes(6).hex()}@home.example" for _ in range(count)]
        found = add_people(self.conn, mails, consenting=consenting)
        self.conn.commit()
        self.mirror()
        return found

    def mirror(self) -> None:
        """Bring what changed of people into history."""
        usual = Usual("TR", ZONE, "tr")
        while mirror.step(self.conn, self.history, VAULT, usual).more:
            self.conn.commit()
        self.conn.commit()

    def message(self, key: str) -> None:
        """A message by e-mail."""
        wanted = definition.read(yaml.safe_load(_MESSAGE.format(key=key)))
        messages.apply(self.conn, wanted, self.at, "oya")
        self.conn.commit()

    def write(self, key: str = "news", **parts: Any) -> Kept:
        """A broadcast to everybody, with these parts."""
        whole = {"key": key, "name": key, "everybody": True, **parts}
        if "test" not in parts:
            whole.setdefault("message", "news")
        store.apply(self.conn, read.read(whole), "oya", self.at)
        self.conn.commit()
        return store.get(self.conn, key)

    def start(self, key: str = "news", starts_at: datetime | None = None) -> None:
        """Let it begin."""
        store.start(self.conn, store.get(self.conn, key), starts_at or self.at, "oya")
        self.conn.commit()

    def run(self) -> int:
        """Do all there is to do now; gives how many steps it took."""
        steps = 0
        while self.runner.step(self.conn, clock.to_ms(self.at)):
            self.conn.commit()
            steps += 1
        self.conn.commit()
        return steps

    def pass_hours(self, hours: float) -> None:
        """Let time go by."""
        self.at += timedelta(hours=hours)

    def send(self) -> list[books.Claim]:
        """Let the gate judge what is due, and the other side take what passes."""
        going, _ = judge(self.conn, self.at)
        from_now = [books.End(one, State.ACCEPTED, "", 1, self.at) for one in going]
        books.write(self.conn, [SENDER], [*from_now], self.at)
        self.conn.commit()
        return going

    def now(self, key: str = "news") -> Progress:
        """How a broadcast stands; what is told is compared with the messages themselves."""
        kept = store.get(self.conn, key)
        told = progress(self.conn, kept)
        assert told.unplanned >= 0
        assert told.unplanned + told.first.planned == told.audience == kept.audience
        for counts, step in [(told.again, "= 'resend'"), (told.first, "<> 'resend'")]:
            rows = self.conn.execute(
                f"select state, count(*) from message where run = %s and step {step}"
                " group by state", (-kept.number,),
            ).fetchall()  # fmt: skip
            assert {State(one): n for one, n in rows} == {
                k: n for k, n in counts.states.items() if n
            }
        self.conn.commit()
        return told

    def due(self) -> dict[int, datetime]:
        """When each person's message is due."""
        return dict(self.conn.execute("select person, not_before from message").fetchall())

    def happened(self, name: str, at_ms: dict[int, int]) -> None:
        """People did something, each at her time."""
        rows = [[name, person, clock.from_ms(one)] for person, one in at_ms.items()]
        self.history.insert("events", rows, column_names=["name", "person", "at"])
