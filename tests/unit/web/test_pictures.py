"""What was shown a moment ago is at hand, within bounds of memory and time."""

from kervan.web.pictures import Shelf


def test_the_oldest_make_room() -> None:
    shelf = Shelf(most_bytes=10)
    for name in "abc":
        shelf.put(name, "200.jpg", name.encode() * 4, 0)
    assert [shelf.get(name, "200.jpg", 0) for name in "abc"] == [None, b"bbbb", b"cccc"]
    shelf.put("b", "200.jpg", b"b", 0)
    assert shelf.bytes == 5
    shelf.put("big", "200.jpg", b"x" * 11, 0)
    assert (shelf.bytes, shelf.get("big", "200.jpg", 0)) == (0, None)


def test_a_dropped_picture_is_gone_in_each_width() -> None:
    shelf = Shelf()
    shelf.put("a", "200.jpg", b"1", 0)
    shelf.put("a", "600.jpg", b"2", 0)
    shelf.put("b", "600.jpg", b"3", 0)
    shelf.drop("a")
    assert (shelf.get("a", "600.jpg", 0), shelf.get("b", "600.jpg", 0), shelf.bytes) == (
        None,
        b"3",
        1,
    )


def test_a_minute_later_it_is_asked_for_anew() -> None:
    shelf = Shelf(kept_ms=60_000)
    shelf.put("a", "200.jpg", b"1", 1_000_000)
    assert shelf.get("a", "200.jpg", 1_059_999) == b"1"
    assert shelf.get("a", "200.jpg", 1_060_000) is None
