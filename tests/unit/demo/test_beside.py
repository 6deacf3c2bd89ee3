"""A rehearsal stands beside what was counted since the story began, same or not."""

from kervan.demo.beside import beside
from kervan.demo.report import Stage


def test_what_was_before_the_story_is_not_counted() -> None:
    before = {"entered": 7, "sent": 1}
    now = {"entered": 57, "sent": 36, "reached": 5, "opened": 9}
    assert beside({"entered": 50, "sent": 34, "waiting": 1}, before, now) == [
        Stage("entered", 50, 50, True),
        Stage("sent", 34, 35, False),
        Stage("reached", 0, 5, False),
    ]
