"""An inbox is hers alone: paged, counted, merged with her, forgotten with her."""

from datetime import UTC, datetime

from kervan.kernel.postgres import Connection
from kervan.onsite import inbox
from tests.unit.onsite.people import VAULT, meet, put

_AT = datetime(2026, 11, 28, tzinfo=UTC)


def test_pages_go_on_behind_each_other_and_end(postgres: Connection) -> None:
    meet(postgres, 7)
    meet(postgres, 8, into=7)
    meet(postgres, 9)
    for number in range(inbox.PAGE + 5):
        put(postgres, 7 + number % 2, f"m{number}")
    put(postgres, 9, "of another")
    put(postgres, 7, "over", expires="2026-11-28")
    first = inbox.page(postgres, VAULT, 7, _AT)
    assert [one.title for one in first.messages] == [
        f"m{number}" for number in range(inbox.PAGE + 4, 4, -1)
    ]
    assert first.unread == inbox.PAGE + 5
    rest = inbox.page(postgres, VAULT, 7, _AT, first.cursor)
    assert [one.title for one in rest.messages] == ["m4", "m3", "m2", "m1", "m0"]
    assert rest.cursor == 0
    assert inbox.newest(postgres, [7, 9, 10]).keys() == {7, 9}


def test_what_is_over_is_deleted_and_an_erasure_takes_all(postgres: Connection) -> None:
    meet(postgres, 7)
    put(postgres, 7, "stays")
    put(postgres, 7, "over", expires="2026-11-28")
    assert inbox.expire(postgres, _AT, limit=1)
    assert not inbox.expire(postgres, _AT, limit=1)
    [left] = inbox.disclose(postgres, VAULT, [7])
    assert (left["title"], left["body"], left["read_at"]) == ("stays", "b", None)
    assert inbox.erase(postgres, [7]) == 1
    assert inbox.disclose(postgres, VAULT, [7]) == []
