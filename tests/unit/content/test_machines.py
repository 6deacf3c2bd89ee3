"""Machines are told from people by what they are documented to do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kervan.content import machines

BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 Mobile/15E148"
GOOGLE = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"
Row = tuple[int, int, int, int, bool, str, int]


def judge(*rows: Row) -> list[bool]:
    """Rows of (message, link, at_ms, handed_ms, head, agent, links)."""
    columns = list(zip(*rows, strict=True))
    found = machines.machine(machines.Touches(
        message=np.array(columns[0], dtype=np.int64), link=np.array(columns[1], dtype=np.int32),
        at_ms=np.array(columns[2], dtype=np.int64), handed_ms=np.array(columns[3], dtype=np.int64),
        head=np.array(columns[4], dtype=np.bool_), agent=list(columns[5]),
        links=np.array(columns[6], dtype=np.int32),
    ))  # fmt: skip
    return [bool(one) for one in found]


def test_programs_that_say_what_they_are() -> None:
    late = 1_000_000
    people = [BROWSER, GOOGLE, YAHOO, "Thunderbird 128.3", "Mozilla/5.0 (X11; Linux) Firefox/140.0",
              "Mozilla/5.0 (Linux; Android 15; CUBOT X70) Chrome/140 Mobile"]  # fmt: skip
    robots = ["Mozilla/5.0", "", "python-requests/2.34", "BarracudaCentral", "Googlebot/2.1",
              "Mozilla/5.0 (compatible; bingbot/2.0)", "curl/8.1", "Go-http-client/2.0",
              "Mozilla/5.0 HeadlessChrome/140", "facebookexternalhit/1.1"]  # fmt: skip
    for link in (0, 3):
        assert not any(judge(*((n, link, late, 1, False, a, 5) for n, a in enumerate(people))))
        assert all(judge(*((n, link, late, 1, False, a, 5) for n, a in enumerate(robots))))


def test_faster_than_eyes() -> None:
    at = [(1, 1, 10_000 + ms, 10_000, False, BROWSER, 5) for ms in (0, 1_999, 2_000, 60_000)]
    assert [judge(row) for row in at] == [[True], [True], [False], [False]]
    assert judge((1, 0, 10_000, 0, False, BROWSER, 5)) == [False]  # the hand-over is not known


def test_head_and_the_get_beside_it() -> None:
    assert judge(
        (1, 1, 50_000, 1, True, BROWSER, 5),
        (1, 1, 51_000, 1, False, BROWSER, 5),
        (1, 1, 51_000, 1, False, GOOGLE, 5),
        (1, 1, 59_000, 1, False, BROWSER, 5),
        (2, 1, 51_000, 1, False, BROWSER, 5),
    ) == [True, True, False, False, False]


def test_all_links_at_once() -> None:
    def clicks(links: int, *pairs: tuple[int, int]) -> list[bool]:
        return judge(*((1, link, 50_000 + ms, 1, False, BROWSER, links) for link, ms in pairs))

    assert clicks(9, (1, 0), (2, 900), (3, 2_000)) == [True] * 3
    assert clicks(9, (1, 0), (2, 900), (3, 2_001)) == [False] * 3
    assert clicks(9, (1, 0), (2, 1)) == [False] * 2
    assert clicks(2, (1, 0), (2, 1)) == [True] * 2
    assert clicks(1, (1, 0), (1, 1_000)) == [False] * 2
    assert clicks(9, (1, 0), (1, 100), (1, 200)) == [False] * 3
    assert clicks(9, (1, 0), (2, 1), (0, 2)) == [False] * 3  # an open is no click


rows = st.lists(
    st.tuples(
        st.integers(1, 2), st.integers(0, 4), st.integers(50_000, 56_000),
        st.sampled_from([0, 49_000]), st.booleans(), st.sampled_from([BROWSER, GOOGLE, ""]),
        st.just(4),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(found: list[Row], chance: object) -> None:
    order = sorted(range(len(found)), key=lambda _: chance.random())  # type: ignore[attr-defined]
    answers = judge(*found)
    assert judge(*(found[place] for place in order)) == [answers[place] for place in order]


@given(rows)
def test_a_burst_is_what_the_plain_definition_says(found: list[Row]) -> None:
    def plain(row: Row) -> bool:
        near = [o for o in found if o[0] == row[0] and abs(o[2] - row[2]) <= machines.HASTE_MS]
        if row[4] or not row[5] or (row[3] and row[2] - row[3] < machines.HASTE_MS):
            return True
        if any(o[4] and o[5] == row[5] for o in near):
            return True
        starts = [o[2] for o in near if o[1]]
        return bool(row[1]) and any(
            start <= row[2] <= start + machines.HASTE_MS
            and len({o[1] for o in near if o[1] and start <= o[2] <= start + machines.HASTE_MS})
            >= machines.BURST_LINKS
            for start in starts
        )

    assert judge(*found) == [plain(row) for row in found]
