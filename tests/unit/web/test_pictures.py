"""What was shown a moment ago is at hand, within bounds of memory and time, until it is deleted."""

from kervan.web.pictures import Shelf

HOME = "home"


def put(shelf: Shelf, token: str, body: bytes, at_ms: int = 0, edition: int = 0) -> None:
    shelf.put(HOME, token, "200.jpg", body, at_ms, edition)


def got(shelf: Shelf, token: str, at_ms: int = 0) -> bytes | None:
    return shelf.get(HOME, token, "200.jpg", at_ms)


def shelf_of(most_bytes: int = 99, kept_ms: int = 60_000) -> Shelf:
    shelf = Shelf(most_bytes, kept_ms)
    shelf.told(HOME, 0)
    return shelf


def test_the_oldest_make_room() -> None:
    shelf = shelf_of(most_bytes=10)
    for name in "abc":
        put(shelf, name, name.encode() * 4)
    assert [got(shelf, name) for name in "abc"] == [None, b"bbbb", b"cccc"]
    put(shelf, "b", b"b")
    assert shelf.bytes == 5
    put(shelf, "big", b"x" * 11)
    assert (shelf.bytes, got(shelf, "big")) == (0, None)


def test_a_minute_later_it_is_asked_for_anew() -> None:
    shelf = shelf_of()
    put(shelf, "a", b"1", 1_000_000)
    assert got(shelf, "a", 1_059_999) == b"1"
    assert got(shelf, "a", 1_060_000) is None


def test_one_reader_a_second_asks_whether_any_was_deleted() -> None:
    shelf = shelf_of()
    assert [shelf.asks(HOME, at_ms) for at_ms in (5_000, 5_001, 5_999, 6_000, 6_001)] == [
        True, False, False, True, False,
    ]  # fmt: skip
    assert shelf.asks("elsewhere", 6_001)
    assert shelf.asks(HOME, 10), "a clock that was put back does not end the asking"


def test_a_deletion_elsewhere_empties_the_shelf_of_that_workspace_alone() -> None:
    shelf = shelf_of()
    shelf.told("other", 7)
    put(shelf, "a", b"1")
    shelf.put("other", "b", "200.jpg", b"22", 0, 7)
    shelf.told(HOME, 0)
    assert got(shelf, "a") == b"1"
    shelf.told(HOME, 1)
    assert (got(shelf, "a"), shelf.get("other", "b", "200.jpg", 0), shelf.bytes) == (None, b"22", 2)


def test_what_was_read_before_a_deletion_is_not_kept_after_it() -> None:
    shelf = shelf_of()
    before = shelf.edition(HOME)
    shelf.told(HOME, 1)
    put(shelf, "a", b"1", edition=before)
    assert got(shelf, "a") is None
