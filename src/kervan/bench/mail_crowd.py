"""People who agreed to be written to, and the demo's abandoned baskets waiting in the outbox."""

from datetime import timedelta
from importlib import resources
from typing import Any

import msgspec

from kervan.bench.state import State, own_cpu_seconds
from kervan.collect import intake
from kervan.consent import store as consent
from kervan.content import company
from kervan.delivery import outbox
from kervan.journeys import apply, basket
from kervan.kernel import clock, ids, sql
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Claim

_SQL = sql.load(__package__, "mail.sql")
_JOURNEY, _STEP = "abandoned-basket", "remind"
_NAMES = ("Irmak", "Şule", "Günel", "Çağrı", "Emma", "İbrahim", "Əli")
_LANGUAGES = ("tr", "tr", "az", "tr", "en", "tr", "az")
_SHOP = company.Company(
    title="Örnek Dükkân A.Ş.", mersis="0" * 16, address="İstanbul", email="bilgi@shop.example"
)
_PRODUCTS = 500
_LINES = 3


class Crowd:
    """`people` people of a workspace; `intend` has them written to, one after the other."""

    def __init__(self, here: State, conn: Connection, people: int) -> None:
        self._vault = here.vault
        self._conn = conn
        self._random = ids.random(7)
        self._rounds = 0
        now = clock.now()
        intake.open_days(conn, [now.date(), now.date() + timedelta(days=1)])
        # The demo's own text: the mail that a newcomer sees is the mail that is measured.
        text = resources.files("kervan").joinpath("demo/abandoned-basket.yaml").read_text("utf-8")
        company.save(conn, "", _SHOP, now)
        apply.apply(conn, text, now)
        row = conn.execute(_SQL.template, {"step": _STEP}).fetchone()
        assert row is not None
        self._template = int(row[0])
        self.people: list[int] = []
        self.grow(people)

    def grow(self, people: int) -> None:
        """Let the crowd be of `people` people, if it is smaller; commits."""
        more = list(range(len(self.people) + 1, people + 1))
        self._introduce(more, clock.now_ms())
        self.people += more
        self._conn.commit()

    def _introduce(self, people: list[int], at_ms: int) -> None:
        keys = profiles.create_people(self._conn, self._vault, people, at_ms)
        gains = []
        for person in people:
            address = f"customer-{person:07d}@ornek.test"
            claim = Claim(identifiers.EMAIL, self._vault.blind("email", address), address)
            gains.append(profiles.Gain(person, claim, at_ms, 1, ""))
        profiles.keep_identifiers(self._conn, self._vault, gains, keys)
        profiles.keep_traits(
            self._conn,
            self._vault,
            {
                person: {
                    "firstName": (_NAMES[person % 7], at_ms, 1),
                    "city": ("Bursa", at_ms, 1),
                    "language": (_LANGUAGES[person % 7], at_ms, 1),
                }
                for person in people
            },
            keys,
        )
        consent.record(
            self._conn,
            [
                consent.Decision(
                    person, "email", "marketing", True, at_ms, 1, "sign-up", ids.random_bytes(16)
                )
                for person in people
            ],
            self._vault,
        )

    def intend(self, count: int) -> None:
        """Put `count` messages, due now, into the outbox; commits.

        Nobody gets two before everybody has one, and each message is of a run of its own.
        """
        size = len(self.people)
        people = [self.people[i % size] for i in range(count)]
        intents = self._intents(people, [self._rounds + i // size for i in range(count)])
        outbox.intend(self._conn, self._vault, intents)
        self._rounds += -(-count // size)
        self._conn.commit()

    def tell_all(self, batch: int) -> float:
        """Put one message for everybody into the outbox, `batch` a transaction.

        Gives the CPU seconds of that, without those of thinking the messages up.
        """
        used = 0.0
        for first in range(0, len(self.people), batch):
            some = self.people[first : first + batch]
            intents = self._intents(some, [self._rounds] * len(some))
            before = own_cpu_seconds()
            outbox.intend(self._conn, self._vault, intents)
            self._conn.commit()
            used += own_cpu_seconds() - before
        self._rounds += 1
        return used

    def _intents(self, people: list[int], rounds: list[int]) -> outbox.Intents:
        at_ms, count = clock.now_ms(), len(people)
        return outbox.Intents(
            key=[
                ids.hash16(b"%d" % person, b"%d" % nth)
                for person, nth in zip(people, rounds, strict=True)
            ],
            person=people,
            journey=[_JOURNEY] * count,
            version=[1] * count,
            step=[_STEP] * count,
            run=[nth << 32 | person for person, nth in zip(people, rounds, strict=True)],
            channel=["email"] * count,
            message_class=["marketing"] * count,
            template_version=[self._template] * count,
            context=[msgspec.json.encode({"basket": self._basket(person)}) for person in people],
            at_ms=[at_ms] * count,
            not_before_ms=[at_ms] * count,
            expires_ms=[at_ms + 86_400_000] * count,
        )

    def _basket(self, person: int) -> dict[str, Any]:
        kept = basket.empty()
        for _ in range(_LINES):
            item = self._random.randrange(_PRODUCTS)
            kept = basket.reduce(
                kept,
                "Product Added",
                {
                    "product_id": f"p-{item:05d}",
                    "name": f"Yün karışımlı ceket {item}",
                    "price": item % 900 + 0.9,
                    "quantity": 1 + item % 2,
                    "currency": "TRY",
                    "url": f"https://shop.example/p/{item:05d}",
                    "cart_url": f"https://shop.example/basket/customer-{person:07d}",
                },
            )
        return kept
