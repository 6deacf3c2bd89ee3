"""Bench `deliver`, its part stuck: what a provider that never answers costs the others."""

from collections.abc import Callable
from datetime import timedelta

import psutil

from kervan.bench import mail, state
from kervan.bench.receiver import receiver
from kervan.bench.report import Figure, at_most, fact, note, rate
from kervan.bench.state import State
from kervan.collect import intake
from kervan.content import store as templates
from kervan.content.texts.compile import TextSource
from kervan.delivery import accounts, outbox
from kervan.kernel import clock, ids, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Claim

BENCH = "deliver"
_MESSAGES, _STUCK, _WARM = 3_000, 500, 300
_ROUNDS = 3  # the best one counts: neighbours on the machine only ever add
_MOST_PERCENT = 5.0
_PATIENCE_SECONDS = 120.0
_SECRET = "whsec_" + "a2VydmFuLWtlcnZhbi1rZXJ2YW4ta2VydmFu"
_SQL = sql.load(__package__, "deliver_stuck.sql")


def figures(config: Config, *, scale: int = 1, messages: int = _MESSAGES) -> list[Figure]:
    """How much longer webhooks take while an account for texts lets all its calls hang.

    One sender process of the program's own has both accounts; the texts at the stuck one are more
    than it may have on its lines.
    """
    count = messages * scale
    with state.database(config) as here, here.connect() as conn, receiver() as url:
        crowd = _Crowd(here, conn, max(count, _STUCK), url)
        with mail.sender(here.config) as process:
            _seconds(crowd, process, _WARM)
            note(f"handing {_ROUNDS} times {count:,} calls over, then beside a stuck provider")
            alone = min(_seconds(crowd, process, count) for _ in range(_ROUNDS))
            crowd.stick(_STUCK)
            _until(process, lambda: crowd.open("sms", handed=True) > 0)
            beside = min(_seconds(crowd, process, count) for _ in range(_ROUNDS))
            if crowd.open("sms") != _STUCK:
                raise KervanError("bench.not_sent", 500, intended=_STUCK, sent=crowd.open("sms"))
    cost = max(0.0, (beside - alone) / alone * 100)
    return [
        at_most(BENCH, "stuck_provider_costs", cost, "%", _MOST_PERCENT),
        fact(BENCH, "webhooks_beside_stuck", rate(count, beside), "/s", floor=rate(count, alone)),
    ]


class _Crowd:
    """People with phones, an account that takes every call, and one that never answers."""

    def __init__(self, here: State, conn: Connection, people: int, url: str) -> None:
        self.conn, self._vault, self._rounds = conn, here.vault, 0
        now = clock.now()
        intake.open_days(conn, [now.date(), now.date() + timedelta(days=1)])
        self._people = list(range(1, people + 1))
        keys = profiles.create_people(conn, here.vault, self._people, clock.to_ms(now))
        gains = []
        for person in self._people:
            phone = f"+90532{person:07d}"
            claim = Claim(identifiers.PHONE, here.vault.blind("phone", phone), phone)
            gains.append(profiles.Gain(person, claim, clock.to_ms(now), 1, ""))
        profiles.keep_identifiers(conn, here.vault, gains, keys)
        self._templates = {
            channel: templates.save(
                conn, TextSource(channel=channel, texts={"tr": fields}, purpose="transactional")
            )
            for channel, fields in (
                ("webhook", {"body": '{"items": {{ items }}}'}), ("sms", {"text": "Salam"}),
            )
        }  # fmt: skip
        hook = {"url": f"{url}/hook", "secret": _SECRET}
        netgsm = {"username": "bench", "password": "bench", "sender": "KERVAN",
                  "base_url": f"{url}/stuck"}  # fmt: skip
        for name, provider, settings in (("erp", "webhook", hook), ("texts", "netgsm", netgsm)):
            accounts.save(
                conn, here.vault, name, provider, settings, now, is_private=True,
                per_second=100_000, in_flight=64,
            )  # fmt: skip
        conn.commit()

    def call(self, count: int) -> None:
        """Put `count` webhooks, due now, into the outbox; commits."""
        self._intend("webhook", count)

    def stick(self, count: int) -> None:
        """Put `count` texts, which nobody will take, into the outbox; commits."""
        self._intend("sms", count)

    def open(self, channel: str, *, handed: bool = False) -> int:
        """How many messages of a channel have not ended; with `handed` those with a sender."""
        row = self.conn.execute(_SQL.still_open, {"channel": channel}).fetchone()
        self.conn.commit()
        return int(row[handed]) if row else 0

    def _intend(self, channel: str, count: int) -> None:
        self._rounds += 1
        at_ms, people = clock.now_ms(), self._people[:count]
        outbox.intend(
            self.conn,
            self._vault,
            outbox.Intents(
                key=[ids.hash16(b"%d %d" % (one, self._rounds)) for one in people],
                person=people,
                journey=["bench"] * count,
                version=[1] * count,
                step=["tell"] * count,
                run=[self._rounds << 32 | one for one in people],
                channel=[channel] * count,
                message_class=["transactional"] * count,
                template_version=[self._templates[channel]] * count,
                context=[b'{"items": 2}'] * count,
                at_ms=[at_ms] * count,
                not_before_ms=[at_ms] * count,
                expires_ms=[at_ms + 86_400_000] * count,
            ),
        )
        self.conn.commit()


def _seconds(crowd: _Crowd, process: psutil.Process, count: int) -> float:
    """How long it takes until `count` webhooks have been taken. Raises bench.not_sent."""
    before, began = mail.accepted(crowd.conn), clock.monotonic()
    crowd.call(count)
    _until(process, lambda: not crowd.open("webhook"))
    seconds = clock.monotonic() - began
    sent = mail.accepted(crowd.conn) - before
    if sent != count:
        raise KervanError("bench.not_sent", 500, intended=count, sent=sent)
    return seconds


def _until(process: psutil.Process, is_so: Callable[[], bool]) -> None:
    deadline = clock.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        if clock.monotonic() > deadline or not process.is_running():
            raise KervanError("bench.not_sent", 500, intended=1, sent=0)
        clock.sleep(0.02)
