"""The settings of each kind of step, as a panel shows them."""

from kervan.journeys.outline import fields
from kervan.journeys.steps import KINDS


def test_every_kind_an_author_may_write_has_its_settings() -> None:
    assert set(fields.every()) == set(KINDS)
    send = {one.name: one for one in fields.every()["send"]}
    assert (send["message"].form, send["message"].required) == ("text", True)
    assert (send["expires"].form, send["expires"].required) == ("length", False)
    assert (send["on_blocked"].form, send["on_blocked"].options) == (
        "choice", ("next", "exit", "branch"),
    )  # fmt: skip
    assert send["channels"].form == "part"
    assert fields.every()["exit"][0].name == "reason"
