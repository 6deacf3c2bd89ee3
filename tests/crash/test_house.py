"""kill -9 of any process under load: nothing acknowledged is lost, nothing happens twice.

`KERVAN_CRASH_ROUNDS` (20) and `KERVAN_CRASH_SEED` choose how often and which;
`KERVAN_CRASH_PROGRAM` runs another program as `kervan` (tests/crash/sabotage.py does).
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from tests.crash.house_crowd import Client, Trip
from tests.crash.house_up import VICTIMS, House
from tests.crash.house_verdict import Verdict

_ROUNDS = int(os.environ.get("KERVAN_CRASH_ROUNDS", "20"))
_SEED = int(os.environ.get("KERVAN_CRASH_SEED") or Random().randrange(1_000_000))
_PROGRAM = tuple(os.environ.get("KERVAN_CRASH_PROGRAM", "kervan").split())
_CLIENTS = 4
_QUIET_SECONDS = 150
_AGAIN = 0.25


class Siege:
    """A house under load that is struck again and again."""

    def __init__(self, house: House) -> None:
        self.random = Random(_SEED)
        self.house = house
        self.clients = [Client(n, house.port, house.key, _SEED) for n in range(_CLIENTS)]
        for client in self.clients:
            client.start()
        self.checked: dict[str, int] = {}
        self.hit: Counter[str] = Counter()

    @property
    def trips(self) -> list[Trip]:
        """Everybody's trips so far."""
        return [trip for client in self.clients for trip in client.trips]

    def strike(self, victim: str) -> str:
        """Kill at a random moment at which something is in flight; gives what it hit."""
        for client in self.clients:
            client.resume()
        time.sleep(0.3 + self.random.random())
        deadline = time.monotonic() + 40
        while True:
            flight = self.house.in_flight()
            requests = sum(client.open for client in self.clients)
            if flight.hurts(victim, requests):
                break
            assert time.monotonic() < deadline, f"{victim} never had anything in flight: {flight}"
            time.sleep(0.01 * self.random.random())
        self.house.kill(victim, self.random)
        self.hit.update(
            events=flight.events, batches=flight.batches, sending=flight.sending, requests=requests
        )
        return (
            f"{flight.events} events unprocessed, {flight.batches} batches unfinished, "
            f"{flight.inside} people in the journey, {flight.queued} messages open, "
            f"{flight.sending} of them sending ({flight.unanswered} not answered yet), "
            f"{requests} HTTP requests open"
        )

    def strike_again(self) -> str:
        """Sometimes hit something else while the house is still recovering; gives what."""
        if self.random.random() > _AGAIN:
            return ""
        time.sleep(2 * self.random.random())
        victim = self.random.choice([one for one in VICTIMS if one != "supervisor"])
        self.house.kill(victim, self.random)
        return f", then {victim}"

    def resolve_doubts(self) -> int:
        """Wait until no message is in doubt any more; gives how many ended as unknown."""
        deadline = time.monotonic() + _QUIET_SECONDS
        while self.house.rows("select count(*) from message_open")[0][0]:
            assert time.monotonic() < deadline, "messages stay in doubt for ever"
            time.sleep(0.2)
        self.calm()
        return int(self.house.rows("select count(*) from message where state = 9")[0][0])

    def calm(self) -> None:
        """Let the load end and everything under way come to its end."""
        deadline = time.monotonic() + _QUIET_SECONDS
        time.sleep(0.3)
        for client in self.clients:
            client.pause()
        for client in self.clients:
            assert client.wait_idle(deadline), f"{client.name} got no answer"
            assert not client.problems, f"{client.problems}\n{self.house.log[-3000:]}"
        calm = 0
        while calm < 2:
            flight = self.house.in_flight()
            calm = calm + 1 if not flight else 0
            assert time.monotonic() < deadline, f"no calm: {flight}\n{self.house.log[-3000:]}"
            time.sleep(0.05)

    def judge(self) -> list[str]:
        """What is wrong now; new trips are looked at in every detail."""
        fresh = [trip for trip in self.trips if self.checked.get(trip.user) != len(trip.ids)]
        verdict = Verdict(self.house)
        verdict.check(self.trips, fresh)
        self.checked.update({trip.user: len(trip.ids) for trip in fresh})
        return verdict.wrong


@pytest.fixture
def siege() -> Iterator[Siege]:
    house = House(_PROGRAM)
    try:
        house.start()
        house.apply_journey()
        found = Siege(house)
        yield found
        for client in found.clients:
            client.end()
    finally:
        house.stop()


def victims(random: Random, rounds: int) -> Iterator[str]:
    """Every kind in turn, in a new order each time, so that none is left out by chance."""
    order: list[str] = []
    for _ in range(rounds):
        if not order:
            order = random.sample(VICTIMS, len(VICTIMS))
        yield order.pop()


@pytest.mark.timeout(60 + 40 * _ROUNDS)
def test_a_kill_loses_nothing_and_doubles_nothing(
    siege: Siege, capsys: pytest.CaptureFixture[str]
) -> None:
    def say(text: str) -> None:
        with capsys.disabled():
            print(text, flush=True)

    say(f"\ncrash: seed {_SEED}, {_ROUNDS} rounds")
    started = time.monotonic()
    for number, victim in enumerate(victims(siege.random, _ROUNDS), 1):
        begun = time.monotonic()
        hit = siege.strike(victim)
        if victim == "supervisor":
            siege.house.start()
        again = siege.strike_again()
        siege.calm()
        wrong = siege.judge()
        say(
            f"crash {number:3}: kill -9 {victim}{again} with {hit}; "
            f"{time.monotonic() - begun:.1f} s, {'; '.join(wrong) or 'all well'}"
        )
        assert not wrong, f"after kill -9 of {victim}{again} (seed {_SEED}): {'; '.join(wrong)}"
    unknown = siege.resolve_doubts()
    wrong = siege.judge()
    assert not wrong, f"after the doubts ended (seed {_SEED}): {'; '.join(wrong)}"
    events = sum(client.sent_events for client in siege.clients)
    repeated = sum(client.repeated for client in siege.clients)
    say(
        f"crash summary: {_ROUNDS} rounds in {time.monotonic() - started:.0f} s hit "
        f"{siege.hit['events']} unprocessed events, {siege.hit['batches']} batches, "
        f"{siege.hit['sending']} messages being sent and {siege.hit['requests']} open requests; "
        f"{events} events acknowledged ({repeated} batches repeated), "
        f"{len(siege.house.mails())} mails, {unknown} messages left as unknown: "
        "none lost, none doubled"
    )
