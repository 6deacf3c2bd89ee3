"""The settings of a journey and of each kind of step, as a panel shows them."""

from kervan.journeys.outline import fields
from kervan.journeys.steps import KINDS
from kervan.journeys.triggers import trigger


def test_every_kind_an_author_may_write_has_its_settings() -> None:
    assert set(fields.every()) == set(KINDS)
    send = {one.name: one for one in fields.every()["send"]}
    assert (send["message"].form, send["message"].required) == ("text", True)
    assert (send["expires"].form, send["expires"].required) == ("length", False)
    assert (send["on_blocked"].form, send["on_blocked"].options) == (
        "choice", ("next", "exit", "branch"),
    )  # fmt: skip
    assert send["channels"].form == "list"
    assert fields.every()["exit"][0].name == "reason"
    (ways,) = fields.every()["branch"]
    assert (ways.form, [(one.name, one.form) for one in ways.fields]) == (
        "groups", [("name", "text"), ("when", "rule")],
    )  # fmt: skip


def test_the_head_tells_each_kind_of_trigger_with_its_own_settings() -> None:
    head = {one.name: one for one in fields.head()}
    assert not {"key", "name", "steps"} & set(head)
    entry = head["trigger"]
    assert (entry.form, entry.required, entry.options) == ("one", True, trigger.KINDS)
    kinds = {one.name: one for one in entry.fields}
    assert set(trigger.KINDS) <= set(kinds)
    assert {one.name for one in kinds["schedule"].fields} >= {"segment", "cron", "every", "at"}
    assert (head["goal"].form, head["exit_on"].form) == ("group", "groups")
    where = {one.name: one for one in head["goal"].fields}["where"]
    assert {one.name: one.form for one in where.fields}["gte"] == "value"
    assert (head["exit_when"].form, head["hold_out"].form) == ("rule", "number")
