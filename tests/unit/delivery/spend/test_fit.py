"""What fits below the ceilings: never more than a ceiling, and nothing held back for nothing."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.spend.definition import Ceiling, micros
from kervan.delivery.spend.fit import Use, first_day, fit, next_period, use_of
from kervan.delivery.spend.price import Priced

UNIT = 1_000_000


def text(campaign: str = "spring", channel: str = "sms", brand: str = "") -> Priced:
    """A marketing text."""
    return Priced(channel, "main", "TR", campaign, brand, "marketing", 1)


def test_a_ceiling_lets_go_exactly_what_it_has_left() -> None:
    ceiling = Ceiling(name="a", most="10", per="month")
    asked = [(text(), 3 * UNIT)] * 4
    assert fit([ceiling], asked, {}) == [-1, -1, -1, 0]
    assert fit([ceiling], asked, {(0, ""): 7 * UNIT}) == [-1, 0, 0, 0]


def test_what_does_not_fit_leaves_its_room_to_a_cheaper_one() -> None:
    ceiling = Ceiling(name="a", most="10", per="day")
    assert fit([ceiling], [(text(), 8 * UNIT), (text(), 3 * UNIT), (text(), 2 * UNIT)], {}) == [
        -1,
        0,
        -1,
    ]


def test_each_campaign_has_its_own_room() -> None:
    ceiling = Ceiling(name="a", most="5", per="campaign", channels=("sms",))
    asked = [(text("spring"), 4 * UNIT), (text("spring"), 4 * UNIT), (text("autumn"), 4 * UNIT)]
    assert fit([ceiling], asked, {}) == [-1, 0, -1]
    assert use_of([ceiling], text("spring", "whatsapp")) == []


def test_the_first_full_ceiling_is_the_one_that_is_named() -> None:
    small, large = Ceiling(name="s", most="1", per="day"), Ceiling(name="l", most="9", per="month")
    assert fit([large, small], [(text(), 2 * UNIT)], {}) == [1]


CEILINGS = st.lists(
    st.builds(
        Ceiling,
        name=st.just("x"),
        most=st.sampled_from(["0", "0.5", "3", "10"]),
        per=st.sampled_from(["day", "month", "campaign"]),
        channels=st.sampled_from([(), ("sms",), ("whatsapp",)]),
        brands=st.sampled_from([(), ("moda",)]),
    ),
    max_size=3,
)
MESSAGES = st.lists(
    st.tuples(
        st.builds(
            text,
            st.sampled_from(["spring", "autumn"]),
            st.sampled_from(["sms", "whatsapp"]),
            st.sampled_from(["", "moda"]),
        ),
        st.integers(0, 2 * UNIT),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(CEILINGS, MESSAGES)
def test_no_ceiling_is_passed_and_nothing_is_refused_that_had_room(
    ceilings: list[Ceiling], messages: list[tuple[Priced, int]]
) -> None:
    refused = fit(ceilings, messages, {})
    spent: dict[Use, int] = {}
    for (one, cost), by in zip(messages, refused, strict=True):
        mine = use_of(ceilings, one)
        over = [u[0] for u in mine if spent.get(u, 0) + cost > micros(ceilings[u[0]].most)]
        assert by == (over[0] if over else -1)
        if by < 0:
            for use in mine:
                spent[use] = spent.get(use, 0) + cost


def test_periods_begin_anew() -> None:
    month, day = Ceiling(name="m", most="1", per="month"), Ceiling(name="d", most="1", per="day")
    assert first_day(month, date(2026, 12, 31)) == date(2026, 12, 1)
    assert next_period(month, date(2026, 12, 31)) == date(2027, 1, 1)
    assert next_period(day, date(2028, 2, 28)) == date(2028, 2, 29)
    assert first_day(Ceiling(name="c", most="1", per="campaign"), date(2026, 1, 1)) == date.min
