"""Writes a parsed template out for the engine, with guards that make it strict and bounded.

Everything is written anew from the tree, fully bracketed, between delimiters that no source may
hold (control characters). A variable left of `default`, or tested by `if`, is guarded along its
whole path, so that a missing person or product is a plain "no"; anywhere else missing is an error.
"""

import json
import re

from kervan.content import nodes

PRINT, PRINT_END = "\x01{", "}\x01"
BLOCK, BLOCK_END = "\x01%", "%\x01"
NOTE, NOTE_END = "\x01#", "#\x01"
MARK = "\x02"  # encloses what `render` fills in per message: links, images, the pixel

# A missing key of a Python dict would be answered with the dict's method of that name.
METHODS = frozenset(
    name for kind in (dict, list, str) for name in dir(kind) if not name.startswith("_")
)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_NUMBERS_ONLY = ("*", "%", "/", "//")


def engine_key(key: str) -> str:
    """`key` as it is named in the context given to the engine."""
    return key + "__" if key in METHODS else key


def expression(node: nodes.Expression, scope: frozenset[str] = frozenset()) -> str:
    """`node` in the engine's words; `scope` holds the names that loops around define."""
    match node:
        case nodes.Literal(value):
            return "none" if value is None else json.dumps(value, ensure_ascii=False)
        case nodes.ListOf(items):
            return "[" + ", ".join(expression(item, scope) for item in items) + "]"
        case nodes.Name(name):
            return name if name in scope else engine_key(name)
        case nodes.Attr(base, key):
            return expression(base, scope) + _step(base, key)
        case nodes.Slice(base, low, high):
            ends = ["" if end is None else str(end) for end in (low, high)]
            return f"({expression(base, scope)})[{':'.join(ends)}]"
        case nodes.Filter():
            return _filter(node, scope)
        case nodes.Test(base, "defined" | "undefined" as name, negated):
            found = " and ".join(_guards(base, scope)) or "true"
            wanted = (name == "defined") != negated
            return f"({found})" if wanted else f"(not ({found}))"
        case nodes.Test(base, name, negated):
            return f"({expression(base, scope)} is {'not ' if negated else ''}{name})"
        case nodes.Unary("not", operand):
            return f"(not {truth(operand, scope)})"
        case nodes.Unary(sign, operand):
            return f"({sign}{expression(operand, scope)})"
        case nodes.Binary("and" | "or" as word, left, right):
            return f"({truth(left, scope)} {word} {truth(right, scope)})"
        case nodes.Binary(sign, left, right):
            ends = [expression(end, scope) for end in (left, right)]
            if sign in _NUMBERS_ONLY:
                # "a" * 10**9 would be a memory bomb; taking 0 away refuses all but numbers.
                ends = [f"({end} - 0)" for end in ends]
            return f"({ends[0]} {sign} {ends[1]})"
        case nodes.Conditional(then, condition, otherwise):
            chosen = truth(condition, scope)
            return f"({expression(then, scope)} if {chosen} else {expression(otherwise, scope)})"


def truth(node: nodes.Expression, scope: frozenset[str]) -> str:
    """`node` as a condition: what is missing counts as false."""
    match node:
        case nodes.Unary("not") | nodes.Binary("and" | "or") | nodes.Literal():
            return expression(node, scope)
        case nodes.Test(_, "defined" | "undefined"):
            return expression(node, scope)
        case _:
            guards = _guards(node, scope)
            return "(" + " and ".join([*guards, expression(node, scope)]) + ")"


def _step(base: nodes.Expression, key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    # `loop` is the engine's own: its keys are no dict's.
    name = key if base == nodes.Name("loop") else engine_key(key)
    return f".{name}" if _IDENTIFIER.match(name) else f"[{json.dumps(name)}]"


def _filter(node: nodes.Filter, scope: frozenset[str]) -> str:
    base = expression(node.base, scope)
    if node.name == "default":
        guards = _guards(node.base, scope)
        guards += [f'{expression(path, scope)} != ""' for path in _paths(node.base)]
        fallback = expression(node.args[0], scope)
        return f"({base} if {' and '.join(guards)} else {fallback})" if guards else base
    if root(node.base) is not None:
        # A filter of ours would be handed nothing for what is missing; `or` refuses it by name.
        base = f"({base} or {base})"
    given = [expression(arg, scope) for arg in node.args]
    given += [f"{name}={expression(value, scope)}" for name, value in node.named]
    return f"({base}|{node.name}({', '.join(given)}))" if given else f"({base}|{node.name})"


def _paths(node: nodes.Expression) -> list[nodes.Expression]:
    """The outermost variable paths in `node`, each once; defaulted parts guard themselves."""
    if isinstance(node, nodes.Name | nodes.Attr) and root(node) is not None:
        return [node]
    if isinstance(node, nodes.Filter) and node.name == "default":
        return _paths(node.args[0])
    found: list[nodes.Expression] = []
    for part in nodes.parts(node):
        found += [path for path in _paths(part) if path not in found]
    return found


def root(node: nodes.Expression) -> str | None:
    """The variable that a path such as `a.b[0].c` starts at; None for any other expression."""
    while isinstance(node, nodes.Attr):
        node = node.base
    return node.name if isinstance(node, nodes.Name) else None


def _guards(node: nodes.Expression, scope: frozenset[str]) -> list[str]:
    guards: list[str] = []
    for path in _paths(node):
        prefixes: list[str] = []
        step: nodes.Expression = path
        while isinstance(step, nodes.Attr):
            prefixes.append(expression(step, scope))
            step = step.base
        if isinstance(step, nodes.Name) and step.name not in scope and step.name != "loop":
            prefixes.append(expression(step, scope))
        for prefix in reversed(prefixes):
            if (guard := f"{prefix} is defined") not in guards:
                guards.append(guard)
    return guards
