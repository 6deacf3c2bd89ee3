"""One code for one message, whoever asks at once and however often; what is not sent comes back."""

import threading
from datetime import timedelta
from uuid import UUID

from kervan.commerce.coupons import reserve
from kervan.commerce.coupons.reserve import Wanted
from kervan.kernel import ids
from kervan.kernel.postgres import Connection, connect
from tests.unit.commerce.coupons.filling import AT, counts, fill

_THREADS, _EACH, _ROUNDS = 64, 5, 3


def _wanted(count: int, person: int = 0) -> list[Wanted]:
    return [Wanted(ids.uuid7(), person or place, "autumn") for place in range(1, count + 1)]


def _codes(found: reserve.Reserved) -> list[str]:
    return [one.code for one in found.given.values()]


def test_a_message_keeps_its_code(postgres: Connection) -> None:
    fill(postgres, count=3)
    wanted = _wanted(2)
    first = reserve.reserve(postgres, wanted, AT)
    assert len({*_codes(first)}) == 2 and first.lacking == {}
    again = reserve.reserve(postgres, [*wanted, *_wanted(2)], AT)
    assert [again.given[one.message, "autumn"] for one in wanted] == [*first.given.values()]
    assert len({*_codes(again)}) == 3 and [*again.lacking.values()] == [reserve.EXHAUSTED]
    assert counts(postgres) == (0, 3, 0, 0)


def test_what_is_not_sent_comes_back(postgres: Connection) -> None:
    fill(postgres, count=3)
    sent, failed, waiting = _wanted(3)
    had = reserve.reserve(postgres, [sent, failed, waiting], AT)
    reserve.settle(postgres, [sent.message], [failed.message], AT)
    assert counts(postgres) == (1, 1, 1, 0)
    assert [*reserve.of_message(postgres, sent.message)] == ["autumn"]
    assert reserve.of_message(postgres, failed.message) == {}
    [other] = _wanted(1)
    now = reserve.reserve(postgres, [other], AT)
    assert _codes(now) == [had.given[failed.message, "autumn"].code]
    reserve.settle(postgres, [], [sent.message], AT)  # a receipt said that it did not arrive
    assert counts(postgres) == (1, 2, 0, 0)
    left = had.given[waiting.message, "autumn"].code
    reserve.unused(postgres, [(waiting.message, left)])
    assert counts(postgres) == (2, 1, 0, 0)


def test_who_dies_before_the_commit_took_nothing(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    fill(postgres, count=3)
    postgres.commit()
    [mine, other] = _wanted(2)
    with connect(postgres_url, workspace=workspace) as dying:
        [taken] = _codes(reserve.reserve(dying, [mine], AT))
        [passed_by] = _codes(reserve.reserve(postgres, [other], AT))
        assert taken != passed_by
        dying.rollback()
    assert _codes(reserve.reserve(postgres, [mine], AT)) == [taken]
    assert counts(postgres) == (1, 2, 0, 0)


def test_a_person_gets_no_more_than_her_share(postgres: Connection) -> None:
    fill(postgres, most_per_person=2)
    found = reserve.reserve(postgres, _wanted(3, person=7), AT)
    assert len(found.given) == 2 and [*found.lacking.values()] == [reserve.LIMIT]
    assert [*reserve.reserve(postgres, _wanted(1, person=7), AT).lacking.values()] == ["limit"]
    assert len(reserve.reserve(postgres, _wanted(1, person=8), AT).given) == 1


def test_a_pool_is_for_its_time_and_brand(postgres: Connection) -> None:
    day = timedelta(days=1)
    fill(postgres, brand="kids", valid_from=AT, valid_until=AT + day)
    one = Wanted(UUID(int=1), 1, "autumn", "kids")
    for wanted, at, why in (
        (one, AT - day, reserve.NOT_YET),
        (one, AT + day, reserve.EXPIRED),
        (one._replace(brand=""), AT, reserve.OTHER_BRAND),
        (one._replace(key="spring"), AT, reserve.UNKNOWN),
    ):
        assert [*reserve.reserve(postgres, [wanted], at).lacking.values()] == [why]
    [given] = reserve.reserve(postgres, [one], AT).given.values()
    assert given.plain() == {
        "code": "autumn-000000", "kind": "percent", "percent": 10, "amount_minor": None,
        "currency": "", "words": "", "valid_until": "2026-11-21T10:00:00Z",
    }  # fmt: skip
    shown = reserve.samples(postgres, ["autumn"])
    assert shown["autumn"] == {**given.plain(), "code": reserve.SAMPLE_CODE}


def test_64_at_once_never_give_a_code_twice(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    """Prints how many codes were fought for."""
    have = _THREADS * _EACH * _ROUNDS // 2
    fill(postgres, count=have)
    fill(postgres, "winter", count=have, most_per_person=3)
    postgres.commit()
    given: list[tuple[str, str]] = []
    start = threading.Barrier(_THREADS)

    def work(turn: int) -> None:
        with connect(postgres_url, workspace=workspace) as conn:
            start.wait()
            for _ in range(_ROUNDS):
                wanted = _wanted(_EACH)
                # Some also want what has a limit: person 1 to 5, three codes each. The others
                # must not wait for them, or nobody would be in anybody's way.
                if turn % 4 == 0:
                    wanted += [one._replace(key="winter") for one in wanted]
                found = reserve.reserve(conn, wanted, AT)
                conn.commit()
                given.extend((key, one.code) for (_, key), one in found.given.items())

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(_THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    print(f"{_THREADS * _EACH * _ROUNDS} messages at once for {have} codes")
    assert len(given) == len({*given})
    assert counts(postgres) == (0, have, 0, 0)
    assert counts(postgres, "winter") == (have - 15, 15, 0, 0)
