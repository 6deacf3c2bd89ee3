"""A shop whose events are processed, mirrored and asked about, turn by turn."""

from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.collect import reunite
from kervan.collect import store as collected
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.profiles import read
from kervan.profiles.identifiers import CUSTOMER
from kervan.segments import tree
from kervan.segments.definitions import store as definitions
from kervan.segments.definitions.store import Author
from kervan.segments.live import loop
from kervan.segments.live.tick import Live
from kervan.segments.mirror import step as mirror
from kervan.segments.mirror.read import Usual
from tests.unit.collect.processing import VAULT, House

USUAL = Usual("TR", "Europe/Istanbul", "tr")


@dataclass
class Shop:
    """Everything that stands between an event and the answer of a segment."""

    house: House
    live: Live
    loop: loop.Loop
    ahead_ms: int = 0

    @property
    def now_ms(self) -> int:
        """The instant at which segments are asked; tests look into the future."""
        return clock.now_ms() + self.ahead_ms

    @property
    def conn(self) -> Connection:
        return self.house.conn

    def make(self, key: str, node: tree.Node) -> None:
        """A new segment, or another question for one that is there."""
        author = Author("ayşe", clock.now())
        if definitions.find(self.conn, key):
            definitions.change(self.conn, key, author, tree=node)
        else:
            definitions.create(self.conn, key, key, node, author)
        self.conn.commit()

    def happen(self, *events: dict[str, object], source: int | None = None) -> None:
        """Events come in, and all that follows from them."""
        self.house.take(*events, source=source)
        self.settle()

    def settle(self) -> None:
        """Process, mirror and turn until nothing is left to do."""
        for _ in range(20):
            copied = self.copy()
            done = self.loop.step(self.live, self.now_ms)
            busy = self.house.process() is not None
            if not busy and not copied and not done and not self.loop.filling:
                return
        raise AssertionError("there is always more to do")

    def copy(self) -> list[int]:
        """Mirror whom something was said of; gives them."""
        keys = VAULT.workspace(self.house.workspace)
        copied = mirror.step(self.conn, self.house.history, keys, USUAL)
        self.conn.commit()
        return copied.people

    def merge(self, one: int, other: int) -> None:
        """An operator says that two are one person."""
        keys = VAULT.workspace(self.house.workspace)
        number = collected.workspace_id(self.conn, self.house.workspace)
        told = reunite.merge(self.conn, keys, number, (one, other), "ayşe", self.now_ms)
        assert told is not None
        self.conn.commit()
        self._tell(told)

    def part(self) -> None:
        """The operator takes it back."""
        keys = VAULT.workspace(self.house.workspace)
        number = collected.workspace_id(self.conn, self.house.workspace)
        told = reunite.unmerge(self.conn, keys, number, 1, "ayşe", self.now_ms)
        self.conn.commit()
        self._tell(told)

    def _tell(self, told: reunite.Told) -> None:
        reunite.tell(self.conn, self.house.history, told)
        self.conn.commit()
        self.settle()

    def restarted(self) -> "Shop":
        """The same after the process that keeps membership was started again."""
        live = Live(self.conn, self.house.history)
        self.conn.commit()
        mine = loop.Loop(self.conn, self.house.history, self.house.workspace)
        return Shop(self.house, live, mine, self.ahead_ms)

    def inside(self, key: str) -> set[int]:
        """Who is in a segment."""
        number = definitions.get(self.conn, key).number
        return set(self.live.sets.members(number).tolist())

    def person(self, user: str) -> int:
        """Whose profile a customer id belongs to."""
        keys = VAULT.workspace(self.house.workspace)
        found = read.by_identifier(self.conn, keys, "TR", CUSTOMER, user)
        return read.by_id(self.conn, found[0])

    def told(self, key: str) -> list[tuple[str, int]]:
        """Who entered and left a segment, as history says, in order."""
        rows = self.house.history.query(
            "SELECT name, who FROM events WHERE name IN ('Segment Entered', 'Segment Left')"
            " AND properties.segment.:String = {key:String} ORDER BY at, event_id",
            parameters={"key": key},
        ).result_rows
        return [(name.removeprefix("Segment ").lower(), who) for name, who in rows]


def tell_postgres(conn: Connection, client: Client) -> None:
    """Who is whose, as the crowd was loaded into history."""
    linked = client.query("SELECT person, argMax(head, version) FROM person_link GROUP BY person")
    heads = dict(linked.result_rows)
    everybody = client.query("SELECT DISTINCT person FROM people").result_rows
    atoms = {one for (one,) in everybody} | heads.keys()
    rows = [(one, heads.get(one)) for one in sorted(atoms)]
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into profile (person, id, key, created_at, merged_into)"
            " overriding system value values (%s, gen_random_uuid(), '', now(), %s)",
            [(one, None if head == one else head) for one, head in rows],
        )
        visits = client.query(
            "SELECT session, argMax(person, version) FROM session_link GROUP BY session"
        )
        cursor.executemany(
            "insert into session (number, anonymous, first_at, last_at, person)"
            " overriding system value values (%s, gen_random_uuid(), now(), now(), %s)",
            visits.result_rows,
        )
    conn.commit()
