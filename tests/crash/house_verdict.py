"""Holds what the shoppers were promised against what the house has: the verdict of a round."""

import time
from collections import Counter
from collections.abc import Iterable

from kervan.delivery.states import State
from kervan.history import read
from kervan.kernel import clock, ids
from tests.crash.house_crowd import Trip
from tests.crash.house_up import House

_TABLES = ("events", "events_by_person")
_STALE = (
    "SELECT count() FROM (SELECT session, argMax(person, version) AS one FROM session_link"
    " GROUP BY session) WHERE one != if(dictHas('session_person_young', session),"
    " dictGet('session_person_young', 'person', session) % 4294967295,"
    " dictGet('session_person', 'person', session))"
)
_ENDS = (
    "SELECT toString(properties.message) AS message, count() FROM events"
    " WHERE name IN ('Message Sent', 'Message Failed', 'Message Suppressed') GROUP BY message"
)
_LINKS_SECONDS = 15
_TOLD_SECONDS = 10


class Verdict:
    """Everything wrong that was found, each as a sentence that begins with its kind."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._history = house.history
        self._source = int(
            house.rows("select id from kervan.source where kind = 'server' order by id limit 1")[0][
                0
            ]
        )
        self.wrong: list[str] = []

    def _say(self, kind: str, count: int, what: str) -> None:
        if count:
            self.wrong.append(f"{kind}: {count} {what}")

    def check(self, trips: list[Trip], fresh: list[Trip]) -> None:
        """Check all of `trips`; those `fresh` since the last check in every detail."""
        people = self._people(trips)
        self._links()
        self._events(fresh, people)
        self._own_events()
        self._profiles(trips, people)
        self._orders(trips)
        self._entries(trips, people)
        self._messages(trips, people)

    def _hash(self, message: str) -> str:
        return ids.hash16(self._source.to_bytes(4, "big"), message.encode()).hex()

    def _people(self, trips: list[Trip]) -> dict[str, int]:
        """{user: person} of those who are known."""
        blind = self._house.vault.blind
        users = {blind("customer_id", trip.user).hex(): trip.user for trip in trips}
        found = self._house.rows("select hash, person from identifier where kind = 1")
        self._say(
            "doubled",
            len(found) - len({person for _, person in found}),
            "people share a profile with another customer",
        )
        strangers = [one for one, _ in found if one.hex not in users]
        self._say("invented", len(strangers), "customers nobody sent")
        return {users[one.hex]: person for one, person in found if one.hex in users}

    def _links(self) -> None:
        """Who an anonymous visit was is known to queries some seconds later, and then to all."""
        deadline = time.monotonic() + _LINKS_SECONDS
        while stale := int(self._history.query(_STALE).result_rows[0][0]):
            if time.monotonic() > deadline:
                self._say("lost", stale, f"links not known to queries after {_LINKS_SECONDS} s")
                return
            time.sleep(0.2)

    def _events(self, fresh: list[Trip], people: dict[str, int]) -> None:
        """Every acknowledged event once in both tables, under its person."""
        wanted = {self._hash(one): trip for trip in fresh for one in trip.ids}
        for table in _TABLES:
            total, distinct = self._history.query(
                f"SELECT count(), uniqExact(event_id) FROM {table}"
            ).result_rows[0]
            self._say("doubled", total - distinct, f"rows in {table}")
            found: dict[str, int] = {}
            for part in _chunks(sorted(wanted), 5000):
                found |= dict(
                    self._history.query(
                        f"SELECT lower(hex(event_id)) AS id, any(who) FROM {table}"
                        " WHERE id IN {ids:Array(String)} GROUP BY id",
                        parameters={"ids": part},
                    ).result_rows
                )
            lost = [h for h, trip in wanted.items() if trip.acknowledged and h not in found]
            self._say("lost", len(lost), f"acknowledged events not in {table}")
            stray = [
                h
                for h, person in found.items()
                if wanted[h].acknowledged and person != people.get(wanted[h].user)
            ]
            self._say("misplaced", len(stray), f"events under another person in {table}")
        self._timelines(fresh, people)

    def _timelines(self, fresh: list[Trip], people: dict[str, int]) -> None:
        """The timeline as the API reads it, of a few."""
        for trip in [trip for trip in fresh if trip.acknowledged][:3]:
            person = people.get(trip.user, 0)
            visits = [
                (number, clock.to_ms(first), clock.to_ms(last))
                for number, first, last in self._house.rows(
                    "select number, first_at, last_at from session where person = %s"
                    " order by last_at desc",
                    person,
                )
            ]
            seen = Counter(
                one.event_id.lower()
                for one in read.timeline(self._history, [person], visits, limit=1000)
            )
            hashes = [self._hash(one) for one in trip.ids]
            bad = [h for h in hashes if not any(_same(h, e) and n == 1 for e, n in seen.items())]
            self._say("lost", len(bad), f"events not once in the timeline of {trip.user}")

    def _own_events(self) -> None:
        """What the house says of itself is said once, and of everything that happened."""
        entered = self._history.query(
            "SELECT person, count() FROM events WHERE name = 'Journey Entered' GROUP BY person"
        ).result_rows
        runs = {person for (person,) in self._house.rows("select person from journey_run")}
        self._say("doubled", sum(count - 1 for _, count in entered), "events Journey Entered")
        self._say(
            "lost", len(runs - {person for person, _ in entered}), "entries not told to history"
        )
        # A doubt may end while this is read; what is done by now is in history a moment later.
        done = {str(one) for (one,) in self._house.rows("select id from message where state > 1")}
        deadline = time.monotonic() + _TOLD_SECONDS
        while True:
            ends = self._history.query(_ENDS).result_rows
            untold = done - {message for message, _ in ends}
            if not untold or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        self._say("doubled", sum(count - 1 for _, count in ends), "events of a message's end")
        self._say("lost", len(untold), "ends of messages not told to history")

    def _profiles(self, trips: list[Trip], people: dict[str, int]) -> None:
        missing = [trip for trip in trips if trip.acknowledged and trip.user not in people]
        self._say("lost", len(missing), "acknowledged customers without a profile")
        profiles = self._house.rows("select count(*) from profile")[0][0]
        self._say("doubled", abs(profiles - len(people)), "profiles beside one per customer")

    def _orders(self, trips: list[Trip]) -> None:
        found = Counter(order for (order,) in self._house.rows("select order_id from purchase"))
        wanted = {trip.order for trip in trips if trip.acknowledged and trip.order}
        self._say("lost", len(wanted - found.keys()), "orders")
        self._say("doubled", sum(count - 1 for count in found.values()), "orders")

    def _entries(self, trips: list[Trip], people: dict[str, int]) -> None:
        """Everybody who qualified is in the journey once."""
        runs = Counter(person for (person,) in self._house.rows("select person from journey_run"))
        self._say("doubled", sum(count - 1 for count in runs.values()), "entries of one person")
        sure = {people.get(t.user, 0) for t in trips if t.acknowledged and _qualifies(t)}
        self._say("lost", len(sure - runs.keys() - {0}), "people who qualified and did not enter")
        may = {people.get(trip.user, 0) for trip in trips if _qualifies(trip)}
        self._say("invented", len(runs.keys() - may), "entries of people who did not qualify")

    def _messages(self, trips: list[Trip], people: dict[str, int]) -> None:
        """One message a person, one final state (or a marked doubt), one mail at most."""
        rows = self._house.rows(
            "select m.id::text, m.person, m.state, o.message is not null, o.doubt_at is not null"
            " from message m left join message_open o on o.message = m.id"
        )
        mails = Counter(message for message, _ in self._house.mails())
        self._say("received twice", sum(n - 1 for n in mails.values()), "mails")
        to = Counter(recipient for _, recipient in self._house.mails())
        self._say("received twice", sum(n - 1 for n in to.values()), "mails by one shopper")
        self._say(
            "doubled", len(rows) - len({person for _, person, *_ in rows}), "messages to one person"
        )
        runs = {person for (person,) in self._house.rows("select person from journey_run")}
        self._say("lost", len(runs - {person for _, person, *_ in rows}), "messages not intended")
        unclear = [one for one in rows if State(one[2]).final == one[3]]
        self._say("unclear", len(unclear), "messages that are both open and final, or neither")
        waiting = [one for one in rows if one[3] and not one[4]]
        self._say("unclear", len(waiting), "open messages that nobody sends and nobody doubts")
        sent = {one[0].replace("-", "") for one in rows if State(one[2]) is State.ACCEPTED}
        self._say("lost", len(sent - mails.keys()), "mails said to be accepted")
        doubted = {
            one[0].replace("-", "")
            for one in rows
            if one[4] or State(one[2]) in (State.ACCEPTED, State.UNKNOWN)
        }
        self._say(
            "unclear",
            len(mails.keys() - doubted),
            "mails received and neither accepted nor in doubt",
        )


def _qualifies(trip: Trip) -> bool:
    return trip.adds or len(trip.after) > 4 + bool(trip.order)


def _same(ours: str, theirs: str) -> bool:
    return ours == theirs.replace("-", "")


def _chunks(items: list[str], size: int) -> Iterable[list[str]]:
    return (items[i : i + size] for i in range(0, len(items), size))
