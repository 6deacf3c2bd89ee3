"""Every kind of the rule tree's schema has a form in the builder: none is written as text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect
from playwright.sync_api import Browser, Page
from tools import console

from kervan.segments import tree

pytestmark = pytest.mark.peer("chromium", "node", "npm")

KINDS = [
    kind for union in (tree.Leaf, tree.Window, tree.Test, tree.Measure) for kind in get_args(union)
]
"""All parts of a condition that say their kind; groups are drawn as rails."""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """An empty page that has the builder's tree as `tree`."""
    console.install()
    made: Path = tmp_path_factory.mktemp("tree") / "tree.js"
    command = [*console.node(), "node_modules/rolldown/bin/cli.mjs", "src/rooms/segments/tree.ts"]
    console.run([*command, "--format", "iife", "--name", "tree", "--file", str(made)])
    opened = browser.new_page()
    opened.add_script_tag(path=made)
    yield opened
    opened.close()


def examples(want: inspect.Type) -> Iterator[Any]:
    """Values of a type as JSON has them: each word, each kind, and everything that may be said."""
    match want:
        case inspect.UnionType():
            for one in want.types:
                yield from examples(one)
        case inspect.StructType():
            yield from _parts(want)
        case inspect.VarTupleType():
            yield from ([one] for one in examples(want.item_type))
        case inspect.LiteralType():
            yield from want.values
        case inspect.StrType():
            yield "text"
        case inspect.BoolType():
            yield True
        case inspect.NoneType():
            yield None
        case inspect.FloatType():
            yield 2.5
        case _:
            yield 1


def _parts(want: inspect.StructType) -> Iterator[dict[str, Any]]:
    tag = {want.tag_field: want.tag} if want.tag_field else {}
    fields = {one.encode_name: list(examples(one.type)) for one in want.fields}
    needed = {one.encode_name for one in want.fields if one.required}
    first = {name: values[0] for name, values in fields.items()}
    yield {**tag, **{name: first[name] for name in needed}}
    for name, values in fields.items():
        yield from ({**tag, **first, name: value} for value in values)


def _kinds(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_kinds, value))
    if not isinstance(value, dict):
        return set()
    inside = set().union(*map(_kinds, value.values()))
    return inside | ({value["kind"]} if "kind" in value else set())


def _shape(part: Any) -> Any:
    """A struct as msgspec sees it: its tag and its fields."""
    return inspect.type_info(part)


def test_every_kind_has_a_form(page: Page) -> None:
    made = [one for leaf in get_args(tree.Leaf) for one in _parts(_shape(leaf))]
    forms = page.evaluate("all => all.map(tree.formOf)", made)
    bare = [one for one, form in zip(made, forms, strict=True) if form == "json"]
    print(f"{len(made)} conditions of {len(KINDS)} kinds; {len(bare)} without a form")
    assert not bare, bare[:3]
    assert {_shape(one).tag for one in KINDS} == _kinds(made)


def test_what_a_form_would_hide_has_none(page: Page) -> None:
    whole = {"kind": "member", "segment": "a"}
    hidden = [
        {**whole, "also": 1},
        {"kind": "later"},
        {"kind": "trait", "trait": "city", "test": {"kind": "near"}},
        {"kind": "sequence", "stages": [{"events": ["A"], "soon": True}]},
        {"kind": "share"},
    ]
    assert page.evaluate("tree.formOf", whole) == "member"
    assert {page.evaluate("tree.formOf", one) for one in hidden} == {"json"}


def test_what_is_added_has_a_form_and_is_a_condition(page: Page) -> None:
    blanks = page.evaluate("Object.values(tree.BLANKS)")
    assert "json" not in page.evaluate("all => all.map(tree.formOf)", blanks)
    leaves = {_shape(one).tag for one in get_args(tree.Leaf)}
    assert {one["kind"] for one in blanks} == leaves
    msgspec.convert(blanks, list[tree.Leaf])
