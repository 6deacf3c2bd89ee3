"""Makes the segment of a text what the text says: shows what would change, then does it, once."""

from dataclasses import dataclass
from typing import Any

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store, templates
from kervan.segments.definitions.store import Author, Segment
from kervan.segments.describe import Names, describe
from kervan.segments.parse import convert
from kervan.segments.problem import Problem, Problems, SegmentNotValid
from kervan.segments.tree import Node

NEW, CHANGED, SAME = "new", "changed", "same"
_FIELDS = ("key", "name", "sort", "tree", "template", "values")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text says a segment is; `tree` None is an imported list."""

    key: str
    name: str
    tree: Node | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a text would do: `change` is `new`, `changed` or `same`.

    `version` is what would be current, `before` the segment as it is now.
    """

    wanted: Wanted
    change: str
    version: int
    before: Segment | None


def read(value: object, at_ms: int | None = None) -> Wanted:
    """What stands below `segment:` in a text, as plain data.

    With `at_ms` windows of events that begin after it are problems too.
    Raises SegmentNotValid with places below it, segments.tree_or_list, and what `templates.fill`
    raises.
    """
    problems = Problems()
    if not isinstance(value, dict):
        problems.say((), "text_fields", known=", ".join(_FIELDS))
        raise SegmentNotValid(problems.found)
    for name in value:
        if name not in _FIELDS:
            problems.unknown((name,), "field", name, _FIELDS)
    for name, needed in (("key", True), ("name", True), ("sort", False), ("template", False)):
        if (needed or name in value) and not isinstance(value.get(name), str):
            problems.say((name,) if name in value else (), "text_needs_text", field=name)
    if problems.found:
        raise SegmentNotValid(problems.found)
    tree = _tree(value, at_ms)
    if (tree is None) != (value.get("sort") == "list"):
        raise KervanError("segments.tree_or_list", status=422)
    return Wanted(value["key"], value["name"], tree)


def plan(conn: Connection, wanted: Wanted) -> Plan:
    """What `apply` would do. Raises segments.is_archived and segments.key_taken (409)."""
    known = store.find(conn, wanted.key)
    if known is None:
        return Plan(wanted, NEW, 1, None)
    if known.state != store.ACTIVE:
        raise KervanError("segments.is_archived", status=409, key=known.key)
    if (known.tree is None) != (wanted.tree is None):
        raise KervanError("segments.key_taken", status=409, key=known.key, state=known.state)
    if (known.name, known.tree) == (" ".join(wanted.name.split()), wanted.tree):
        return Plan(wanted, SAME, known.version, known)
    version = known.version + (known.tree != wanted.tree)
    return Plan(wanted, CHANGED, version, known)


def apply(conn: Connection, wanted: Wanted, author: Author, limit: int) -> Plan:
    """Make it so in the caller's transaction; doing it twice does nothing the second time.

    Raises what `plan`, `store.create` and `store.change` raise.
    """
    store.hold(conn)
    planned = plan(conn, wanted)
    if planned.change == NEW:
        store.create(conn, wanted.key, wanted.name, wanted.tree, author, limit)
    elif planned.change == CHANGED:
        store.change(conn, wanted.key, author, name=wanted.name, tree=wanted.tree)
    return planned


def say(planned: Plan, locale: str, names: Names, count: int | None) -> str:
    """The plan as sentences; `count` people belong to the segment as the text has it.

    None is for an imported list: who is on it no text says.
    """
    wanted, before = planned.wanted, planned.before
    facts = {"key": wanted.key, "name": wanted.name, "version": planned.version}
    lines = [i18n.say(f"segments.plan_{planned.change}", locale, **facts)]
    if before is not None and before.name != wanted.name:
        lines.append(i18n.say("segments.plan_name", locale, name=before.name))
    if before is not None and before.tree is not None and before.tree != wanted.tree:
        said = describe(before.tree, locale, names)
        lines.append(i18n.say("segments.plan_before", locale, said=said))
    if wanted.tree is None:
        lines.append(i18n.say("segments.plan_list", locale))
    else:
        lines.append(describe(wanted.tree, locale, names))
    if count is not None:
        lines.append(i18n.say("segments.plan_count", locale, count=count))
    return "\n  ".join(lines)


def _tree(value: dict[str, Any], at_ms: int | None) -> Node | None:
    if "template" in value:
        if "tree" in value:
            raise KervanError("segments.tree_or_list", status=422)
        values = value.get("values", {})
        return templates.fill(value["template"], values if isinstance(values, dict) else {})
    if "tree" not in value:
        return None
    try:
        return convert(value["tree"], at_ms)
    except SegmentNotValid as error:
        moved = [Problem(one.code, f"/tree{one.path}", one.params) for one in error.problems]
        raise SegmentNotValid(moved) from None
