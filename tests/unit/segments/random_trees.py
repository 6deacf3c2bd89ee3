"""Random trees out of small alphabets, so that what one person meets another does not."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from kervan.segments import tree
from kervan.segments.rfm.score import GROUPS
from kervan.segments.rfm.stages import LEVELS, STAGES
from kervan.segments.tree import Filter, Node, Span, Test, Window

T = TypeVar("T")

NAMES = ("Order Completed", "Product Viewed", "Product Added", "Visited")
MAIL = ("Message Sent", "Message Delivered", "Message Opened", "Message Clicked")
STEPS = ("Journey Entered", "Journey Exited")
JOURNEYS = ("welcome", "basket")
PATHS = ("price", "price", "cat", "cat", "a b", "shipping.city", "o'd`d\"\\{x}", "ünvan.posta kodu",
         "tags", "shipping", "is_gift")  # fmt: skip
LINE_PATHS = ("price", "cat", "cat", "size.eu")
COLUMNS = ("@name", "@channel", "@currency", "@order", "@value")
TRAITS = ("city", "points", "vip", "home.city", "nick name")
MOMENTS = ("renewal", "born")
TEXTS = ("Ankara", "ankara", "İzmir", "a%b_c", 'o\'brien \\ "x"', "12", "shoes", "{x:String}", "")
NUMBERS = (0, 1, 2, 3, 12, 2.5, 0.3, -0.5, 1000, 1_000_000_000, 0.000002)
PATTERNS = ("^[Aa]", "kara$", "o|z", "[0-9]+", "^.{2,5}$", r"\\", "(a|b)*c")
CURRENCIES = ("TRY", "EUR", "JPY", "KWD")
ORDERS = ("o1", "o2", "o3")
CHANNELS = ("email", "sms", "call", "whatsapp", "push")
SPANS = (
    Span(30, "minute"), Span(2, "hour"), Span(1), Span(1), Span(7), Span(30), Span(1, "week"),
    Span(90), Span(2500, "week"),
)  # fmt: skip
SALTS = ("", "winter", "ş")
WORDS_OF = {
    "language": ("tr", "az", "en"), "country": ("TR", "AZ", "DE"),
    "zone": ("Europe/Berlin", "Asia/Baku"), "rfm_group": GROUPS[:2], "life_cycle": STAGES,
    "engagement": LEVELS,
}  # fmt: skip
SEGMENTS, LISTS = ("s0", "s1", "s2", "s3"), {"l0": 7, "l1": 8}


class Trees:
    """Trees one after the other. `dates` are texts that windows may begin and end at, `hours` those
    of the day about which something is the matter.

    While there is a `pool`, trees are made of the conditions in it.
    """

    def __init__(
        self, chance: random.Random, dates: Sequence[str], hours: Sequence[int] = (2, 3)
    ) -> None:
        self.chance = chance
        self.dates = tuple(dates)
        self.pool: Sequence[Node] = ()
        self.hours = tuple(hours)

    def one(self, *items: T) -> T:
        """One of these."""
        return self.chance.choice(items)

    def maybe(self, percent: int) -> bool:
        """True so often."""
        return self.chance.randrange(100) < percent

    def node(self, depth: int = 4, segments: Sequence[str] = SEGMENTS) -> Node:
        """A tree of at most this depth below its first node, which may name these segments."""
        if depth == 0 or self.maybe(35):
            return self.one(*self.pool) if self.pool else self.leaf(segments)
        count = self.one(0, 1, 1, 2, 2, 2, 2, 3, 3) if self.maybe(15) else self.one(1, 2, 2, 3)
        of = tuple(self.node(depth - 1, segments) for _ in range(count))
        return self.one(tree.All, tree.All, tree.Any, tree.Any, tree.Nothing)(of)

    def leaf(self, segments: Sequence[str] = SEGMENTS) -> Node:
        """A condition."""
        kinds: list[Callable[[], Node]] = [self.event] * 12
        kinds += [self.sequence] * 4 + [self.trait, self.fact] * 3
        kinds += [self.messages] * 2 + [self.journey, self.reach, self.share]
        kinds += [self.consent] * 2
        kinds.append(lambda: tree.Member(self.one(*segments, *LISTS)))
        return self.one(*kinds)()

    # Windows -------------------------------------------------------------------------------------

    def span(self) -> Span:
        """A length of time."""
        return self.one(*SPANS)

    def last(self) -> tree.Last:
        """Of the last so long, or older than that."""
        span, skip = self.span(), self.span()
        if self.maybe(60):
            return tree.Last(span)
        if skip.length_ms >= span.length_ms or self.maybe(50):
            return tree.Last(None, skip)
        return tree.Last(span, skip)

    def calendar(self) -> tree.Calendar:
        """Of these days, weeks, months."""
        unit = self.one("day", "day", "day", "week", "month", "month", "quarter", "year")
        return tree.Calendar(unit, self.one(0, 0, 1, 2), self.one(1, 1, 2, 3))

    def between(self) -> tree.Between:
        """From, to, or both."""
        start, end = sorted(self.chance.sample(self.dates, 2))
        return tree.Between(*self.one((start, end), (start, end), (start, None), (None, end)))

    def plain(self) -> "tree.Ever | tree.Last | tree.Calendar | tree.Between":
        """A window that sequences have too."""
        return self.one(
            tree.Ever, self.last, self.last, self.last, self.calendar, self.calendar, self.between
        )()

    def window(self) -> Window:
        """A window of events."""
        if self.maybe(12):
            return tree.Since(self.names(), self.filters(), first=self.maybe(40))
        return self.plain()

    def clock(self) -> tree.Clock | None:
        """Local weekdays and hours, now and then."""
        if self.maybe(75):
            return None
        weekdays = tuple(sorted(self.chance.sample(range(1, 8), self.one(0, 0, 0, 2, 5))))
        hour = self.one(*self.hours)
        hours = self.one((0, 0), (9, 18), (22, 4), *[(hour, (hour + 1) % 24)] * 3)
        return tree.Clock(weekdays, *hours)

    # Tests ---------------------------------------------------------------------------------------

    def number(self, *values: float) -> tree.Number:
        """A test of a number near these."""
        op = self.one("eq", "ne", "lt", "lte", "gt", "gte", "gte", "between")
        value = self.one(*(values or NUMBERS))
        if op != "between":
            return tree.Number(op, value)
        low, high = sorted((value, self.one(*(values or NUMBERS))))
        return tree.Number("between", low, high)

    def text(self, *values: str) -> tree.Text:
        """A test of a text."""
        pool = values or TEXTS
        op = self.one("eq", "eq", "ne", "in", "not_in", "contains", "starts_with", "ends_with",
                      "matches")  # fmt: skip
        if op in ("in", "not_in"):
            return tree.Text(op, tuple(sorted(set(self.chance.choices(pool, k=2)))))
        if op == "matches":
            return tree.Text(op, (self.one(*PATTERNS),))
        value = self.one(*pool)
        if op in ("eq", "ne"):
            return tree.Text(op, (value,))
        length = self.chance.randrange(1, 4)
        part = value[-length:] if op == "ends_with" else value[:length]
        return tree.Text(op, (part or "a",))

    def value_test(self) -> Test:
        """A test of a JSON value."""
        return self.one(
            self.number, self.number, self.text, self.text,
            lambda: tree.Flag(self.maybe(50)), tree.Known, tree.Unknown,
        )()  # fmt: skip

    def time_test(self) -> Test:
        """A test of an instant."""
        if self.maybe(10):
            return self.one(tree.Known(), tree.Unknown())
        if self.maybe(30):
            return tree.Time(tree.Next(self.span()))
        return tree.Time(self.plain())

    def yearly(self) -> tree.Yearly:
        """A test of a day of the year."""
        return tree.Yearly(self.one(0, 0, 1, 7, 30), self.one(0, 0, 1, 7))

    # Parts of events -----------------------------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        """Some names of events."""
        return tuple(sorted(self.chance.sample(NAMES, self.one(1, 1, 1, 2, 2, 3))))

    def filter(self, paths: Sequence[str] = PATHS) -> Filter:
        """A condition on an event, or on a line."""
        if self.maybe(75):
            return Filter(self.one(*paths), self.value_test())
        column = self.one(*COLUMNS)
        if column == "@value":
            return Filter(column, self.number(0, 100, 2500, 10_000))
        pool = {"@name": NAMES, "@channel": ("web", "app"), "@currency": CURRENCIES,
                "@order": ORDERS}[column]  # fmt: skip
        return Filter(column, self.one(self.text(*pool), tree.Known(), tree.Unknown()))

    def filters(self) -> tuple[Filter, ...]:
        """None, one or two of them."""
        return tuple(self.filter() for _ in range(self.one(0, 0, 0, 0, 0, 1, 1, 2)))

    def lines(self) -> tuple[Filter, ...]:
        """Conditions on one line, now and then."""
        return tuple(self.filter(LINE_PATHS) for _ in range(self.one(0, 0, 0, 0, 0, 0, 1, 2)))

    def measured(self) -> tuple[tree.Measure, Test]:
        """A measure, and a test that reads what it gives."""
        path = self.one(*PATHS, "@value")
        kind = self.chance.randrange(14)
        if kind < 4:
            return tree.Count(), self.number(0, 1, 1, 2, 3)
        if kind == 4:
            return tree.Days(), self.number(0, 1, 2, 3)
        if kind == 5:
            return tree.Distinct(self.one(path, *COLUMNS)), self.number(0, 1, 2, 3)
        if kind in (6, 7):
            measure = self.one(tree.Sum, tree.Average)(self.one("price", "price", path))
            return measure, self.one(self.number(), self.number(), tree.Known())
        if kind == 8:
            measure = self.one(tree.Least, tree.Most)(self.one("price", path))
            return measure, self.one(self.number(), self.number(), tree.Known(), tree.Unknown())
        if kind in (9, 10):
            asked = self.filter(self.one(PATHS, ("cat",)))
            return self.one(tree.Earliest, tree.Latest)(asked.property), asked.test
        if kind == 11:
            test = self.one(tree.Time(self.plain()), tree.Time(self.plain()), tree.Unknown())
            return self.one(tree.Earliest, tree.Latest)("@at"), test
        how = self.one("sum", "sum", "average", "most")
        money = self.one(0, 1, 10.5, 100, 25)
        return tree.Money(self.one(*CURRENCIES), how), self.number(money, money, 0)

    # Leaves --------------------------------------------------------------------------------------

    def event(self) -> tree.Event:
        """A condition on events."""
        clock = self.clock()
        if clock and self.maybe(60):  # little else, so that an hour can matter
            measure, test = self.one((tree.Count(), self.number(1, 2, 3)), self.measured())
            return tree.Event(NAMES, clock=clock, measure=measure, test=test)
        parts = (self.names(), self.filters(), self.lines(), self.window(), clock)
        once = self.maybe(25)
        if self.maybe(30):
            return tree.Event(*parts, once)
        return tree.Event(*parts, once, *self.measured())

    def stage(self, *, within: bool) -> tree.Stage:
        """A step of a sequence, seldom a narrow one."""
        names = tuple(sorted(self.chance.sample(NAMES, self.one(1, 2, 2, 3))))
        where, lines = (self.filters(), self.lines()) if self.maybe(30) else ((), ())
        return tree.Stage(names, where, lines, self.span() if within else None)

    def sequence(self) -> tree.Sequence:
        """Two or three events one after the other, and perhaps one that did not follow."""
        count = self.one(1, 2, 2, 2, 3)
        stages = [self.stage(within=i > 0 and self.maybe(70)) for i in range(count)]
        then_not = self.stage(within=True) if count == 1 or self.maybe(40) else None
        return tree.Sequence(tuple(stages), then_not, self.plain())

    def trait(self) -> tree.Trait:
        """A condition on a trait."""
        if self.maybe(60):
            return tree.Trait(self.one(*TRAITS), self.value_test())
        if self.maybe(75):
            test = self.time_test()
            while not isinstance(test, tree.Time):
                test = self.time_test()
            return tree.Trait(self.one(*MOMENTS), test)
        return tree.Trait(self.one(*MOMENTS), self.yearly())

    def fact(self) -> tree.Fact:
        """A condition on a fact."""
        kind = self.chance.randrange(10)
        if kind < 2:
            return tree.Fact("known_since", self.time_test())
        if kind < 4:
            test = self.one(self.yearly(), self.yearly(), self.yearly(), tree.Unknown())
            return tree.Fact("birthday", test)
        if kind < 6:
            name = self.one("rfm", "rfm_recency", "rfm_frequency", "rfm_monetary", "score.clv")
            values = (111, 155, 333, 555) if name == "rfm" else (1, 3, 5, 2.5)
            return tree.Fact(name, self.one(self.number(*values), tree.Known(), tree.Unknown()))
        name = self.one(*WORDS_OF)
        test = self.one(self.text(*WORDS_OF[name]), self.text(*WORDS_OF[name]), tree.Unknown())
        return tree.Fact(name, test)

    def reach(self) -> tree.Reach:
        """A condition on a channel."""
        states = ("has_address", "verified", "suppressed", "reachable")
        return tree.Reach(self.one(*CHANNELS), self.one(*states))

    def consent(self) -> tree.Consent:
        """A condition on consent."""
        state = self.one("granted", "granted", "refused", "expired", "not_asked")
        about = self.one((), (), ("marketing", "news"), ("marketing", "", "kids"), ("service",))
        return tree.Consent(self.one("email", "email", "sms"), state, *about)

    def messages(self) -> tree.Messages:
        """A condition on messages."""
        what = self.one("sent", "delivered", "opened", "clicked", "ignored")
        channel = self.one(None, "email", "sms")
        journey = self.one(None, None, *JOURNEYS)
        window = tree.Ever() if what == "ignored" else self.window()
        return tree.Messages(what, channel, journey, window, self.number(0, 1, 1, 2))

    def journey(self) -> tree.Journey:
        """A condition on a journey."""
        return tree.Journey(self.one(*JOURNEYS), self.one("inside", "left", "entered", "never"))

    def share(self) -> tree.Share:
        """Some of all."""
        start, end = sorted(self.chance.sample((0.0, 10.0, 33.3, 50.0, 75.0, 100.0), 2))
        return tree.Share(end, start, self.one(*SALTS))
