"""Each tree has a correct sentence in three languages, and none has that of another."""

import itertools
import random

import pytest

from kervan.kernel.i18n import LOCALES
from kervan.segments import tree
from kervan.segments.describe import Names, clause, describe, describe_lines
from kervan.segments.describe.events import KNOWN
from kervan.segments.describe.person import WORDS
from kervan.segments.lower import Core, Listed
from kervan.segments.tree import (
    All,
    Any,
    Average,
    Between,
    Calendar,
    Clock,
    Consent,
    Days,
    Distinct,
    Earliest,
    Event,
    Ever,
    Fact,
    Filter,
    Flag,
    Journey,
    Known,
    Last,
    Latest,
    Least,
    Member,
    Messages,
    Money,
    Most,
    Next,
    Nothing,
    Number,
    Reach,
    Sequence,
    Share,
    Since,
    Span,
    Stage,
    Sum,
    Text,
    Time,
    Trait,
    Unknown,
    Yearly,
)
from tests.unit.segments.random_trees import Trees

ORDER, VIEW, X = ("Order Completed",), ("Product Viewed",), ("X",)
CITY = Trait("city", Text("eq", ("Ankara",)))
ONCE = Number("gte", 1)
DAY = Span(1)

SAID: list[tuple[Core, str, str, str]] = [
    (
        All((Event(ORDER, window=Last(Span(90)), test=Number("gte", 2)), CITY)),
        "Son 90 günde en az 2 kez sipariş vermiş ve “city” özelliği “Ankara” olan kişiler.",
        "Son 90 gündə ən azı 2 dəfə sifariş vermiş və “city” xüsusiyyəti “Ankara” olan insanlar.",
        "People who placed an order at least 2 times in the last 90 days and whose “city” is"
        " “Ankara”.",
    ),
    (
        Event(X, window=Last(DAY)),
        "Son 1 günde en az 1 kez “X” yapmış kişiler.",
        "Son 1 gündə ən azı 1 dəfə “X” etmiş insanlar.",
        "People who did “X” at least once in the last day.",
    ),
    (
        Event(ORDER, window=Calendar("month"), test=Number("eq", 0)),
        "Bu ay hiç sipariş vermemiş kişiler.",
        "Bu ay heç vaxt sifariş verməmiş insanlar.",
        "People who never placed an order this month.",
    ),
    (
        Event(ORDER, window=Last(Span(180), Span(90)), measure=Money("TRY"),
              test=Number("gte", 1000)),
        "180 gün ile 90 gün öncesi arasında siparişleri üzerinden toplam tutarı en az ₺1.000,00"
        " olan kişiler.",
        "180 gün ilə 90 gün əvvəl arasında sifarişləri üzrə ümumi məbləği ən azı 1.000,00 TRY"
        " olan insanlar.",
        "People whose total amount of their orders between 180 days and 90 days ago is at least"
        " 1,000.00 TRY.",
    ),
    (
        Event(ORDER, where=(Filter("total", Number("lt", 60)),), measure=Days(),
              test=Number("gt", 3)),
        "3’ten çok farklı günde (“total” değeri 60’tan küçük olan) sipariş vermiş kişiler.",
        "3-dən çox fərqli gündə (“total” dəyəri 60-dan kiçik olan) sifariş vermiş insanlar.",
        "People who placed an order (where “total” is less than 60) on more than 3 different"
        " days.",
    ),
    (
        Sequence(
            (Stage(VIEW), Stage(("Product Added",), within=Span(2, "hour"))),
            Stage(ORDER, within=DAY),
            Last(Span(1, "week")),
        ),
        "Önce son 1 haftada ürün görüntülemiş, sonra en geç 2 saat içinde sepete ürün eklemiş,"
        " ardından 1 gün içinde hiç sipariş vermemiş kişiler.",
        "Əvvəlcə son 1 həftədə məhsula baxmış, sonra ən geci 2 saat ərzində səbətə məhsul əlavə"
        " etmiş, bundan sonra 1 gün ərzində heç sifariş verməmiş insanlar.",
        "People who first viewed a product in the last week, then within 2 hours added a product"
        " to the basket, and after that never placed an order within 1 day.",
    ),
    (
        Any((Fact("birthday", Yearly(7)), Nothing((Reach("email"), Member("best"))))),
        "Doğum günü bugün ya da önümüzdeki 7 gün içinde olan ya da (e-posta ile ulaşılabilen;"
        " “best” segmentinde olan) koşullarının hiçbirine uymayan kişiler.",
        "Doğum günü bu gün və ya qarşıdakı 7 gün ərzində olan və ya (e-poçt ilə əlaqə saxlanıla"
        " bilən; “best” seqmentində olan) şərtlərinin heç birinə uyğun olmayan insanlar.",
        "People whose birthday is today or in the next 7 days or for whom none of these holds:"
        " (who can be reached by e-mail; who are in the segment “best”).",
    ),
    (
        Event(VIEW, window=Between("2026-11-01", "2026-11-22"), clock=Clock((6, 7), 18, 23)),
        "1 Kasım 2026 ile 22 Kasım 2026 arasında yerel saatle cumartesi ya da pazar günü 18:00 ile"
        " 23:00 arasında en az 1 kez ürün görüntülemiş kişiler.",
        "1 noyabr 2026 ilə 22 noyabr 2026 arasında yerli vaxtla şənbə və ya bazar günü 18:00 ilə"
        " 23:00 arasında ən azı 1 dəfə məhsula baxmış insanlar.",
        "People who viewed a product at least once from 1 November 2026 to 22 November 2026 on a"
        " Saturday or Sunday between 18:00 and 23:00 (local time).",
    ),
    (
        Messages("ignored", "email", test=Number("gte", 5)),
        "Son tıklamasından bu yana (hiç tıklamadıysa bugüne dek) kendisine en az 5 kez e-posta"
        " gönderilmiş kişiler.",
        "Son klikindən bəri (heç klikləməyibsə bu günədək) özünə ən azı 5 dəfə e-poçt məktubu"
        " göndərilmiş insanlar.",
        "People who were sent an e-mail at least 5 times since their last click on such a message"
        " (ever, if they never clicked).",
    ),
    (
        Consent("sms", "granted", "marketing", "new", "kids"),
        "“kids” markası için “new” konusunda SMS ile pazarlama için izni olan kişiler.",
        "“kids” brendi üçün “new” mövzusunda SMS ilə marketinq üçün razılığı olan insanlar.",
        "People who consent to marketing by SMS about “new” from the brand “kids”.",
    ),
    (
        Fact("rfm_group", Text("in", ("champions", "loyal", "Champions"))),
        "RFM grubu Şampiyonlar, Sadık müşteriler, “Champions” değerlerinden biri olan kişiler.",
        "RFM qrupu Çempionlar, Sadiq müştərilər, “Champions” dəyərlərindən biri olan insanlar.",
        "People whose RFM group is one of Champions, Loyal customers, “Champions”.",
    ),
    (
        Messages("sent", None, "hi", Last(Span(30)), Number("eq", 0)),
        "Son 30 günde kendisine hiç “hi” yolculuğundan ileti gönderilmemiş kişiler.",
        "Son 30 gündə özünə heç vaxt “hi” səyahətindən mesaj göndərilməmiş insanlar.",
        "People who were never sent a message of the journey “hi” in the last 30 days.",
    ),
    (
        Event(X, test=Number("lte", 2)),
        "En çok 2 kez (0 dâhil) “X” yapmış kişiler.",
        "Ən çoxu 2 dəfə (0 daxil) “X” etmiş insanlar.",
        "People who did “X” at most 2 times (0 included).",
    ),
    (
        Event(X, measure=Days(), test=Number("ne", 0)),
        "0 dışında herhangi sayıda farklı günde “X” yapmış kişiler.",
        "0 xaric istənilən sayda fərqli gündə “X” etmiş insanlar.",
        "People who did “X” on not exactly 0 different days.",
    ),
    (All(()), "Herkes.", "Hamı.", "Everybody."),
    (
        All((CITY, Any((Reach("sms"), Reach("push"))), Journey("hi", "never"))),
        "“city” özelliği “Ankara” olan; (SMS ile ulaşılabilen ya da anlık bildirim ile"
        " ulaşılabilen) ve “hi” yolculuğuna hiç girmemiş kişiler.",
        "“city” xüsusiyyəti “Ankara” olan; (SMS ilə əlaqə saxlanıla bilən və ya push bildirişi ilə"
        " əlaqə saxlanıla bilən) və “hi” səyahətinə heç vaxt daxil olmamış insanlar.",
        "People whose “city” is “Ankara”; (who can be reached by SMS or who can be reached by push"
        " message); and who never entered the journey “hi”.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SAID)))
def test_a_tree_is_said_in_three_languages(number: int) -> None:
    node, *said = SAID[number]
    assert [describe(node, locale) for locale in ("tr", "az", "en")] == said


def on(window: tree.Window) -> Event:
    return Event(ORDER, window=window)


def asks(test: tree.Test) -> Trait:
    return Trait("a", test)


def measured(measure: tree.Measure, test: tree.Test = ONCE) -> Event:
    return Event(ORDER, measure=measure, test=test)


PATHS = ("a", "b", "@value", "@order", "value", "at", "order number")
A_TEST = Text("eq", ("a",))
TWO = (Stage(VIEW), Stage(ORDER, within=DAY))
NEIGHBOURS: list[Core] = [
    # groups
    All(()), Any(()), Nothing(()), All((CITY,)), Any((CITY,)), Nothing((CITY,)), CITY,
    All((All((CITY,)),)), Nothing((Nothing((CITY,)),)), All((CITY, Any((CITY, CITY)))),
    All((CITY, CITY, CITY)), All((CITY, All((CITY, CITY)))), All((All((CITY, CITY)), CITY)),
    Any((CITY, CITY, CITY)), Any((CITY, All((CITY, CITY)))), All((Any((CITY, CITY)), CITY)),
    Nothing((CITY, CITY)), All((Nothing((CITY,)), Nothing((CITY,)))), Nothing((Any((CITY, CITY)),)),
    Nothing((All((CITY, CITY)),)), Nothing((All((CITY,)), CITY)),
    # windows
    *map(on, (
        Last(DAY), Last(Span(1, "week")), Last(Span(7)), Last(Span(24, "hour")), Last(None, DAY),
        Last(Span(90), DAY), Last(Span(90), Span(2)), Last(Span(9), DAY),
        Last(Span(1440, "minute")),
        *(Calendar(unit, back, count) for unit in ("day", "week", "month", "quarter", "year")
          for back in (0, 1, 2, 3) for count in (1, 2, 3)),
        Between("2026-01-01"), Between(None, "2026-01-01"), Between("2026-01-01", "2026-01-01"),
        Between("2026-01-01T00:00:00Z"), Between(None, "2026-01-01T00:00:00Z"),
        Between("2026-01-01T03:00:00+03:00"), Between("2026-01-01T00:00:00.5Z"),
        Since(X), Since(X, first=True), Since(VIEW), Since((*X, *VIEW)),
        Since(X, (Filter("a", A_TEST),)), Since(X, (Filter("a", A_TEST), Filter("b", A_TEST))),
    )),
    # events
    Event(X), Event(("x",)), Event(("X", "Y")), Event(("X” or did “Y",)), Event(("X\\", "Y")),
    Event(X, once=True), Event(X, clock=Clock()), Event(X, clock=Clock(from_hour=5, to_hour=5)),
    *(Event(X, clock=Clock(days, *hours)) for days in ((), (1,), (1, 2), (2, 1), (7,))
      for hours in ((1, 2), (2, 1), (0, 24))),
    *(Event(X, **{part: (Filter(path, A_TEST),)}) for part in ("where", "lines")
      for path in (*PATHS, "@name", "@channel", "@currency")),
    Event(X, (Filter("a", A_TEST),), (Filter("a", A_TEST),)),
    Event(X, (Filter("a", A_TEST), Filter("b", A_TEST))),
    Event(X, (Filter("a", Text("eq", ("x” and “b” is “a",))),)),
    *(measured(kind(path)) for path in PATHS
      for kind in (Sum, Average, Least, Most, Distinct, Earliest, Latest)),
    *(measured(Money(currency, how), test) for currency in ("TRY", "USD", "AUD", "JPY", "AZN")
      for how in ("sum", "average", "most") for test in (ONCE, Number("lt", 1), Known())),
    *(measured(Latest("@at"), Time(window)) for window in (Ever(), Last(DAY), Last(None, DAY))),
    *(measured(count, Number(op, value)) for count in (tree.Count(), Days(), Distinct("a"))
      for op in ("eq", "ne", "lt", "lte", "gt", "gte") for value in (0, 1, 2, 1.5)),
    *(measured(count, Number("between", 1, high)) for count in (tree.Count(), Days())
      for high in (1, 2)),
    # tests
    *map(asks, (
        *(Number(op, value) for op in ("eq", "ne", "lt", "lte", "gt", "gte")
          for value in (1, 10, 0.1, 0.01, -1, 1e15, 1_000_001)),
        Number("between", 1, 2), Number("between", 1, 3), Number("between", 0, 2),
        *(Text(op, ("a",)) for op in ("eq", "ne", "in", "not_in", "contains", "starts_with",
                                      "ends_with", "matches")),
        Text("in", ("a", "b")), Text("in", ("b", "a")), Text("in", ("a”, “b",)),
        Text("in", ("a\\”, “b",)), Text("eq", ("A",)), Text("eq", ("a ",)), Text("eq", ("",)),
        Text("eq", ("1",)), Text("eq", ("true",)), Text("eq", ("a\u200b",)), Text("eq", ("é",)),
        Text("eq", ("e\u0301",)), Text("eq", ("{values}",)), Text("eq", ("a\nb",)),
        Flag(value=True), Flag(value=False), Known(), Unknown(), Time(Ever()), Time(Next(DAY)),
        Time(Last(DAY)), Time(Calendar("day")), Yearly(), Yearly(1), Yearly(0, 1), Yearly(1, 1),
        Yearly(2, 1),
    )),
    Trait("b", Known()), Trait("score", Known()), Fact("score.a", Known()), Fact("a", Known()),
    *(Fact(fact, Known()) for fact in ("language", "country", "zone", "birthday", "known_since",
      "rfm", "rfm_recency", "rfm_frequency", "rfm_monetary", "rfm_group", "life_cycle",
      "engagement")),
    *(Fact(fact, Text("eq", (value,))) for fact, (_, values) in WORDS.items() for value in values),
    Fact("rfm_group", Text("eq", ("Champions",))), Fact("life_cycle", Text("contains", ("new",))),
    *(Fact("birthday", test) for test in (Yearly(), Yearly(1), Yearly(0, 1), Yearly(1, 1))),
    # the rest
    *(Reach(channel, state) for channel in ("email", "sms", "call", "whatsapp", "push")
      for state in ("has_address", "verified", "suppressed", "reachable")),
    *(Consent(channel, state, purpose, topic, brand) for channel in ("email", "push")
      for state in ("granted", "refused", "expired", "not_asked")
      for purpose in ("marketing", "service", "x") for topic in ("", "x") for brand in ("", "x")),
    *(Messages(what, channel, journey, window, test)
      for what in ("sent", "delivered", "opened", "clicked", "ignored")
      for channel in (None, "email") for journey in (None, "x") for window in (Ever(), Last(DAY))
      for test in (ONCE, Number("gte", 2), Number("eq", 0))),
    *(Journey(key, state) for key in ("x", "y")
      for state in ("inside", "left", "entered", "never")),
    Member("x"), Member("y"), Listed(1), Listed(2),
    Share(10), Share(10.5), Share(20, 10), Share(10, 0, "x"), Share(10, 0, "y"), Share(20),
    # sequences
    Sequence(TWO), Sequence(TWO[:1]), Sequence(TWO[::-1]), Sequence((*TWO, TWO[1])),
    Sequence((Stage(VIEW), Stage(ORDER))), Sequence((Stage(VIEW), Stage(ORDER, within=Span(2)))),
    Sequence(TWO, window=Last(DAY)), Sequence(TWO, window=Last(Span(2))),
    Sequence(TWO, Stage(X, within=DAY)), Sequence(TWO, Stage(X, within=Span(2))),
    Sequence(TWO, Stage(("Y",), within=DAY)), Sequence((*TWO, Stage(X, within=DAY))),
    Sequence((Stage(VIEW, (Filter("a", A_TEST),)), TWO[1])),
    Sequence((Stage(VIEW, (), (Filter("a", A_TEST),)), TWO[1])),
    Sequence((TWO[0], Stage(ORDER, (Filter("a", A_TEST),), within=DAY))),
    Sequence((Stage((*VIEW, *X)), TWO[1])),
]  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_neighbours_are_told_apart(locale: str) -> None:
    seen: dict[str, Core] = {}
    names = Names({"q": "x"}, {"q": "y"}, {"q": "x"}, {"q": "x"})
    for known, node in itertools.product((None, names), NEIGHBOURS):
        said = describe(node, locale, known)
        key = said if known is None else f"named {said}"
        assert seen.setdefault(key, node) == node, said
        assert "segments." not in said
        assert "  " not in said
        assert said.isprintable()


@pytest.mark.parametrize("locale", LOCALES)
def test_events_with_words_of_their_own_are_told_apart(locale: str) -> None:
    nodes = [Event((name,)) for name in KNOWN] + [measured(Sum("a"))]
    nodes += [Event((name,), measure=Sum("a")) for name in KNOWN - {"Order Completed"}]
    nodes += [Event((name,), test=Number("eq", 0)) for name in KNOWN]
    said = {describe(node, locale) for node in nodes}
    assert len(said) == len(nodes)
    assert not any("segments." in one for one in said)


@pytest.mark.parametrize("locale", LOCALES)
def test_random_trees_are_told_apart(locale: str) -> None:
    trees = Trees(random.Random(4), ["2026-01-01", "2026-03-29T00:59:59Z", "2026-11-01"])
    seen: dict[str, Core] = {}
    for _ in range(2_000):
        node = trees.node(depth=2)
        assert seen.setdefault(describe(node, locale), node) == node


def test_names_stand_for_keys_and_stay_apart() -> None:
    names = Names(segments={"a": "Best", "b": "Twin", "c": "Twin"}, journeys={"w": "Hello"})
    said = [clause(Member(key), "en", names) for key in ("a", "b", "c", "Best")]
    assert said == [
        "who are in the segment “Best”",
        "who are in the segment “Twin” [“b”]",
        "who are in the segment “Twin” [“c”]",
        "who are in the segment [“Best”]",
    ]
    assert clause(Journey("w"), "tr", names) == "şu anda “Hello” yolculuğunda olan"
    assert clause(Messages("sent", None, "w"), "en", names) == (
        "who were sent a message of the journey “Hello” at least once"
    )


def test_a_deep_tree_is_told_in_lines() -> None:
    node = All((CITY, Nothing((Any((Member("x"), Member("y"))), Journey("w", "left")))))
    assert describe_lines(node, "tr") == [
        (0, "Şunların hepsi:"),
        (1, "“city” özelliği “Ankara” olan"),
        (1, "Şunların hiçbiri:"),
        (2, "Şunlardan en az biri:"),
        (3, "“x” segmentinde olan"),
        (3, "“y” segmentinde olan"),
        (2, "“w” yolculuğundan ayrılmış"),
    ]
    assert describe_lines(CITY, "en") == [(0, "whose “city” is “Ankara”")]


@pytest.mark.parametrize(
    ("locale", "never"), [("tr", " hiç "), ("az", " heç vaxt "), ("en", "never ")]
)
@pytest.mark.parametrize("what", ["sent", "delivered", "opened", "clicked", "ignored"])
def test_what_never_happened_says_so(what: str, locale: str, never: str) -> None:
    one = Messages(what, window=Last(DAY), test=Number("eq", 0))
    assert never in describe(one, locale).replace("(hiç", "").replace("(heç", "")


def test_a_language_nobody_speaks_here_is_english() -> None:
    node = Fact("rfm", Number("gt", 1234.5))
    assert (
        describe(node, "de")
        == describe(node, "en")
        == "People whose RFM cell is more than 1,234.5."
    )
    assert clause(node, "de") == clause(node, "en")
    assert describe_lines(node, "") == describe_lines(node, "en")
