"""The rehearsed gate decides what the real sender did: same ends, reasons, channels, instants."""

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.consent import store as consent
from kervan.content.messages import apply as messages
from kervan.content.messages.definition import read as read_message
from kervan.delivery import outbox
from kervan.delivery.decide import Reason
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Cap, Gap, Policy, Quiet
from kervan.delivery.states import State
from kervan.journeys.rehearse.rehearse import run
from kervan.journeys.rehearse.report import moment, state
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Claim
from tests.unit.delivery import gate
from tests.unit.journeys.rehearse.test_rehearse import (
    BASKET,
    DAY,
    HOUR,
    MJML,
    crowd,
    remember,
    wanted,
)
from tests.unit.journeys.shop import START_MS, VAULT, Event, Shop

MINUTE = 60_000
PEOPLE = range(1, 41)
DAYS = 6
TEXT = BASKET.replace("class: transactional", "expires: 20 hours").replace(
    "    - {key: day, kind: wait, for: 1 day}\n",
    """
    - {key: hours, kind: wait, for: 3 hours}
    - key: again
      kind: send
      message: coats
      channels: [sms, email]
      expires: 12 hours
      on_blocked: branch
      on_unreachable: exit
      next: {next: day, blocked: tell}
    - {key: tell, kind: send_email, class: transactional, expires: 9 hours,
       message: {subject: Hello, mjml: "MJML"}, next: day}
    - {key: day, kind: wait, for: 1 day}
""".replace("MJML", MJML),
).replace("reentry: 1 day", "reentry: 5 hours")  # fmt: skip
COATS: dict[str, Any] = {
    "key": "coats", "name": "Coats", "intent": "Sell coats", "utm": {"campaign": "coats"},
    "variants": {
        "sms": {"tr": {"text": "Palto stokta"}},
        "email": {"tr": {"subject": "Palto", "mjml": MJML.replace("Hi", "{{ unsubscribe_url }}")}},
    },
}  # fmt: skip
FIRST = Policy(
    key="default", zones_when_unknown=("Europe/Istanbul",), spread_minutes=0, skips=(),
    quiet=(Quiet(name="night", from_="21:00", until="09:00", blocked="hold"),),
    caps=(
        Cap(name="two a day", most=2, per="day", blocked="hold"),
        Cap(name="two mails", most=2, per="week", channels=("email",), blocked="skip"),
        Cap(name="one text", most=1, per="day", channels=("sms",), blocked="next"),
    ),
    gaps=(Gap(name="apart", minutes=200, blocked="hold"),),
)  # fmt: skip
SECOND = Policy(
    key="default", zones_when_unknown=("Asia/Baku", "Europe/Istanbul"), spread_minutes=0,
    quiet=(Quiet(name="night", from_="22:30", until="08:15", blocked="skip"),),
    caps=(Cap(name="a week", most=3, per="week", window="rolling", blocked="skip"),),
)  # fmt: skip


class Live:
    """A shop in which the journey really runs and the sender's gate really decides."""

    def __init__(self, conn: Connection) -> None:
        self.conn, self.shop = conn, Shop(conn)
        self.held: Counter[tuple[str, str]] = Counter()

    def settle(self) -> None:
        """Give people addresses: some none, some only a phone, one from later on."""
        self.shop.people(list(PEOPLE))
        keys = gate.profile_keys(self.conn, list(PEOPLE))
        gained = []
        for person in PEOPLE:
            since = START_MS + (30 * HOUR if person % 11 == 0 else 0)
            mail, phone = f"p{person}@shop.test", f"+90532123{person:04d}"
            for kind, name, value in (
                (identifiers.EMAIL, "email", mail) if person % 7 else (0, "", ""),
                (identifiers.PHONE, "phone", phone) if person % 3 else (0, "", ""),
            ):
                if kind:
                    claim = Claim(kind, VAULT.blind(name, value), value)
                    gained.append((since, profiles.Gain(person, claim, since, 1, "")))
        profiles.keep_identifiers(
            self.conn, VAULT, [one for since, one in gained if since == START_MS], keys
        )
        late = [one for since, one in gained if since > START_MS]
        self.later = (30 * HOUR, lambda: profiles.keep_identifiers(self.conn, VAULT, late, keys))

    def say(self, person: int, channel: str, granted: bool, at: int) -> None:
        """Her word on marketing by a channel."""
        gate_key = ids.hash16(f"{person} {channel} {at}".encode())
        consent_word(self.conn, person, channel, granted, START_MS + at, gate_key)

    def next(self) -> int | None:
        """When something is due next, in ms after the start."""
        row = self.conn.execute(
            "select least((select min(due_at) from journey_run where state = 1"
            " and due_at < 'infinity'), (select min(due_at) from message_open"
            " where claimed_by is null and due_at < 'infinity'))"
        ).fetchone()
        return None if row is None or row[0] is None else clock.to_ms(row[0]) - START_MS

    def turn(self, at: int) -> None:
        """All that is due at an instant: journeys move, the gate decides, they hear of it."""
        instant = clock.from_ms(START_MS + at)
        while True:
            self.shop.work_all(at)
            decided = False
            for channel in ("email", "sms"):
                going, results = gate.judge(self.conn, instant, channel, vault=VAULT)
                gate.accept(self.conn, going, instant)
                decided |= bool(going or results)
            told = [one for one in self.shop.own_events() if one[1].startswith("Message ")]
            self.conn.execute("delete from kervan.intake")
            self.shop.happen(*((when, who, name, said) for who, name, when, said in told))
            if not decided and not told:
                return

    def ends(self) -> list[tuple[Any, ...]]:
        """(person, step, meant at, state, reason, channel if it went, ended at) of all messages."""
        rows = self.conn.execute(
            "select person, step, intended_at, state, coalesce(reason, ''), channel,"
            " coalesce(handed_at, finished_at) from message order by 1, 3, 2"
        ).fetchall()
        return [
            (
                person, step, moment(clock.to_ms(meant)), _NAME[State(code)],
                # Who takes a message back says why; the gate says that it was taken back.
                "cancelled" if code == State.CANCELLED else reason.removeprefix("delivery."),
                channel if code == State.ACCEPTED else "",
                moment(clock.to_ms(ended)) if ended else "",
            )
            for person, step, meant, code, reason, channel, ended in rows
        ]  # fmt: skip

    def holds(self) -> Counter[tuple[str, int]]:
        """How many messages were held for which reason, by step."""
        rows = self.conn.execute(
            "select m.step, g.reason, count(distinct m.id) from gate_decision g"
            " join message m on m.id = g.message where g.verdict = 1 group by 1, 2"
        ).fetchall()
        return Counter({(step, reason): count for step, reason, count in rows})


_NAME = {
    State.ACCEPTED: "sent", State.SUPPRESSED: "suppressed", State.EXPIRED: "expired",
    State.CANCELLED: "cancelled", State.GHOST: "ghost", State.QUEUED: "waiting",
}  # fmt: skip


def consent_word(
    conn: Connection, person: int, channel: str, granted: bool, at_ms: int, key: bytes
) -> None:
    """One word of hers on marketing, through the ledger."""
    word = consent.Decision(person, channel, "marketing", granted, at_ms, 1, "", key)
    consent.record(conn, [word], VAULT)


def script(chance: random.Random, live: Live) -> list[tuple[int, Callable[[], None]]]:
    """What else happens: words, a policy that is changed, an address that bounces."""
    found: list[tuple[int, Callable[[], None]]] = [live.later]
    for person in PEOPLE:
        for channel in ("email", "sms"):
            for _ in range(chance.randrange(3)):
                at, yes = chance.randrange(3 * 24 * 60) * MINUTE, chance.random() < 0.7
                found.append((at, partial(live.say, person, channel, yes, at)))
            if chance.random() < 0.7:
                found.append((0, partial(live.say, person, channel, True, 0)))

    def change(policy: Policy, at: int) -> None:
        policies.apply(live.conn, policy, "oya", clock.from_ms(START_MS + at))

    def bounce() -> None:
        gone = [VAULT.blind("email", f"p{one}@shop.test") for one in range(20, 30)]
        at = clock.from_ms(START_MS + 14 * HOUR)
        outbox.suppress(live.conn, gone, "email", "hard_bounce", at, [None] * 10)

    found += [(0, lambda: change(FIRST, 0)), (70 * HOUR, lambda: change(SECOND, 70 * HOUR))]
    found += [(14 * HOUR, bounce)]
    return sorted(found, key=lambda one: one[0])


def really(live: Live, rows: list[Event], others: list[tuple[int, Callable[[], None]]]) -> None:
    """Let it all happen, instant by instant."""
    happen: list[tuple[int, Callable[[], object]]] = [
        *others,
        *((one[0], partial(live.shop.happen, one)) for one in rows),
    ]
    happen.sort(key=lambda one: one[0])
    last = DAYS * DAY - 1
    while True:
        due = live.next()
        at = min(happen[0][0] if happen else last + 1, last + 1 if due is None else due)
        if at > last:
            return
        while happen and happen[0][0] <= at:
            happen.pop(0)[1]()
        live.turn(at)


def test_a_window_in_which_the_sender_really_decided(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    chance = random.Random(11)
    rows = crowd(chance, 420)
    live = Live(postgres)
    live.settle()
    messages.apply(postgres, read_message(COATS), clock.from_ms(START_MS), "oya")
    live.shop.publish(TEXT)
    really(live, rows, script(chance, live))
    remember(clickhouse, rows)
    clickhouse.command(
        "INSERT INTO people (person, version, gone, known_since, country)"
        f" SELECT number, 1, 0, now64(3), 'TR' FROM numbers(1, {len(PEOPLE)}) WHERE number % 3 > 0"
    )
    ends, holds = live.ends(), live.holds()
    for table in (
        "gate_decision", "slot", "message_open", "message", "journey_run", "journey_timer",
        "journey_signal", "kervan.intake",
    ):  # fmt: skip
        postgres.execute(f"delete from {table}")  # nothing that was decided can be read back
    found = run(postgres, clickhouse, wanted(workspace, TEXT, DAYS))
    intents, sends = found.played.intents, found.sends
    nodes = found.cast.book.versions[1].definition.nodes
    told = []
    for i in range(len(intents)):
        said, reason = state(int(sends.verdict[i])), int(sends.reason[i])
        code = int(sends.channel[i])
        told.append((
            int(intents.person[i]), nodes[int(intents.step[i])].key, moment(int(intents.at_ms[i])),
            said, gate_reason(reason), sends.channels[code] if code >= 0 else "",
            moment(int(sends.at_ms[i])) if said != "waiting" else "",
        ))  # fmt: skip
    assert sorted(told) == sorted(ends)
    held = {(one.step, one.reason): one.messages for one in found.report.held}
    assert held == {(step, gate_reason(why)): count for (step, why), count in holds.items()}
    # Enough has happened: each kind of end, both channels, holds, and the way of the blocked.
    kinds = Counter(one[3] for one in ends) + Counter(one[4] for one in ends)
    assert kinds.keys() >= {
        "sent", "suppressed", "cancelled", "no_address", "address_suppressed", "cap_reached",
        "no_consent", "consent_refused",
    }  # fmt: skip
    assert {one[5] for one in ends} == {"", "sms", "email"}
    assert any(one[1] == "tell" for one in ends)
    assert sum(holds.values()) > 20


def gate_reason(code: int) -> str:
    """A reason of the gate in a word."""
    return Reason(code).name.lower() if code else ""
