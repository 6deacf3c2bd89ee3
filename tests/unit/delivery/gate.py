"""A gate for tests: put a policy into force, intend, claim and judge at an instant of one's own."""

from datetime import datetime, timedelta

from kervan.delivery import books, gather
from kervan.delivery.policy import read, store
from kervan.delivery.states import State
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Claim
from tests.unit.delivery.world import VAULT, intend, intents

SENDER = 1
NOON = datetime.fromisoformat("2027-03-17T09:00:00+00:00")  # 12:00 in Istanbul, a Wednesday
ISTANBUL = ["Europe/Istanbul"]


def allow(conn: Connection, at: datetime = NOON - timedelta(days=60), **policy: object) -> int:
    """Put a policy into force; everybody of unknown zone is in Istanbul. Gives its version's id."""
    wanted = read.read({"zones_when_unknown": ISTANBUL, "spread_minutes": 0, **policy})
    store.apply(conn, wanted, "test", at)
    conn.commit()
    found = store.current(conn)
    assert found is not None
    return found[0]


def want(
    conn: Connection, people: list[int], key: str, at: datetime = NOON, *,
    lives: timedelta = timedelta(days=40), message_class: str = "marketing", channel: str = "email",
    routes: list[tuple[str, int]] | None = None, priority: int = 5, brand: str = "",
    topic: str = "",
) -> None:  # fmt: skip
    """One more message for each, due at once."""
    wanted = intents(people, key=key, at=at, lives=lives, message_class=message_class)
    wanted.channel = [channel] * len(people)
    wanted.priority = [priority] * len(people)
    wanted.brand, wanted.topic = [brand] * len(people), [topic] * len(people)
    wanted.routes = [routes or []] * len(people)
    intend(conn, wanted)


def judge(
    conn: Connection, at: datetime = NOON, channel: str = "email", *, sender: int = SENDER,
    limit: int = 1000, healthy: bool = True, vault: WorkspaceVault = VAULT,
) -> tuple[list[books.Claim], list[books.Result]]:  # fmt: skip
    """Claim and judge what is due on a channel and write refusals down; the caller commits."""
    claims = books.claim(conn, sender, channel, limit, at)
    if not claims:
        return [], []
    jobs, results = gather.judge(conn, vault, claims, at, healthy=healthy, hold_seconds=30)
    books.write(conn, [sender], results, at)
    return [one.claim for one in jobs], results


def accept(conn: Connection, going: list[books.Claim], at: datetime = NOON) -> None:
    """The other side took them."""
    ends: list[books.Result] = [books.End(one, State.ACCEPTED, "", 1, at) for one in going]
    books.write(conn, [SENDER], ends, at)


def held(results: list[books.Result]) -> list[tuple[str, str]]:
    """(reason, when it comes back) of what was put off."""
    return [
        (one.reason.removeprefix("delivery."), f"{one.due_at:%Y-%m-%d %H:%M}")
        for one in results if isinstance(one, books.PutOff | books.Reroute)
    ]  # fmt: skip


def ended(results: list[books.Result]) -> list[tuple[str, str]]:
    """(state, reason) of what has ended."""
    return [
        (one.state.name.lower(), one.reason.removeprefix("delivery."))
        for one in results if isinstance(one, books.End)
    ]  # fmt: skip


def add_phones(conn: Connection, people: list[int], phones: list[str]) -> None:
    """Give people phone numbers."""
    keys = profile_keys(conn, people)
    gained = [
        profiles.Gain(
            person, Claim(identifiers.PHONE, VAULT.blind("phone", phone), phone), 0, 1, ""
        )
        for person, phone in zip(people, phones, strict=True)
    ]
    profiles.keep_identifiers(conn, VAULT, gained, keys)
    conn.commit()


def profile_keys(conn: Connection, people: list[int]) -> dict[int, bytes]:
    """{person: her wrapped key}."""
    rows = conn.execute("select person, key from profile where person = any(%s)", (people,))
    return dict(rows.fetchall())


def live_in(conn: Connection, person: int, zone: str) -> None:
    """Let a person say where she lives."""
    conn.execute(
        "update profile set traits = traits || jsonb_build_object('timezone',"
        " jsonb_build_array(%s::text, 0, 0)) where person = %s",
        (zone, person),
    )
    conn.commit()
