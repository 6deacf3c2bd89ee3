"""Each template is a valid tree as it stands, in three languages, and takes values with sense."""

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.segments.definitions import store, templates
from kervan.segments.definitions.templates import Template
from kervan.segments.lower import lower
from kervan.segments.parse import parse
from kervan.segments.tree import Event, Fact, Yearly


@pytest.mark.parametrize("one", templates.every(), ids=lambda one: one.key)
def test_each_is_a_tree_with_its_usual_values(one: Template) -> None:
    given = {name: "Shoes" for name, value in one.values.items() if value is None}
    tree = templates.fill(one.key, given)
    assert parse(store.canonical(tree)) == tree
    lower(tree, {}, {})
    for said in (one.names, one.descriptions):
        assert set(said) == set(LOCALES) and len(set(said.values())) == len(LOCALES)
    for name, value in one.values.items():
        wanted = templates.parameter(name)
        assert set(wanted.names) == set(LOCALES)
        another = templates.fill(one.key, {**given, name: other(value)})
        assert store.canonical(another) != store.canonical(tree)


def other(value: object) -> object:
    if isinstance(value, list):
        return [*value, "Lesson Opened"]
    return value + 1 if isinstance(value, int) else "AZN"


def test_every_parameter_is_used_and_keys_differ() -> None:
    used = {name for one in templates.every() for name in one.values}
    assert used == set(templates._book().parameters)
    assert len({one.key for one in templates.every()}) == len(templates.every()) == 10


def test_values_come_into_their_places() -> None:
    birthday = templates.fill("birthday-week", {"days": 3})
    assert birthday == Fact("birthday", Yearly(before=3))
    active = templates.fill("active", {"events": ["Lesson Opened"], "days": 2})
    assert isinstance(active, Event) and active.events == ("Lesson Opened",)
    dropped = store.canonical(templates.fill("usage-dropped", {"days": 14}))
    assert '"amount":28' in dropped and dropped.count('"amount":14') == 2


@pytest.mark.parametrize(
    ("key", "values", "code"),
    [
        ("nothing", {}, "template_unknown"),
        ("lapsed", {"days": 3}, "template_parameter"),
        ("lapsed", {"quiet_days": 0}, "template_number"),
        ("lapsed", {"quiet_days": True}, "template_number"),
        ("lapsed", {"quiet_days": 2.5}, "template_number"),
        ("lapsed", {"quiet_days": {"parameter": "quiet_days"}}, "template_number"),
        ("viewed-not-bought", {}, "template_text"),
        ("best-customers", {"currency": ""}, "template_text"),
        ("best-customers", {"currency": ["TRY"]}, "template_text"),
        ("active", {"events": []}, "template_texts"),
        ("active", {"events": "Page Viewed"}, "template_texts"),
        ("active", {"events": [""]}, "template_texts"),
        ("best-customers", {"currency": "no currency"}, "not_valid"),
    ],
)
def test_values_without_sense_are_refused(key: str, values: dict[str, object], code: str) -> None:
    with pytest.raises(KervanError) as error:
        templates.fill(key, values)
    assert error.value.code == f"segments.{code}"
