"""Which data a template asks for, so that only that is loaded, cleaned and handed to the engine.

A tree of keys: `{"person": {"first_name": {}}}`. An empty tree means "all that is there"; the key
`*` stands for every element of a list, and `#` alone asks only whether there is something.
"""

from collections.abc import Iterable

from kervan.content import nodes

Tree = dict[str, "Tree"]
Path = tuple[str, ...]
# For each open block, where its loop variables lie; None inside something taken whole.
Scopes = list[dict[str, Path | None]]
ELEMENT = "*"
PRESENCE = "#"
_KEEPS_PATH = ("default", "reverse")
_WHOLE = ""


def wants(pieces: Iterable[nodes.Piece]) -> Tree:
    """What the pieces of one template read from their context."""
    tree: Tree = {}
    scopes: Scopes = []
    for piece in pieces:
        match piece:
            case nodes.Print(expression):
                _read(expression, scopes, tree)
            case nodes.Branch(word, condition):
                if condition is not None:
                    _read_condition(condition, scopes, tree)
                if word == "if":
                    scopes.append({})
            case nodes.Loop(names, items, condition):
                path = _path(items, scopes) if len(names) == 1 else None
                if path is None:
                    _read(items, scopes, tree)
                else:
                    _mark(tree, (*path, ELEMENT, PRESENCE))
                    _read_defaults(items, scopes, tree)
                inner = None if path is None else (*path, ELEMENT)
                scopes.append({**dict.fromkeys(names, inner), "loop": None})
                if condition is not None:
                    _read_condition(condition, scopes, tree)
            case nodes.End():
                scopes.pop()
            case _:
                continue
    return _settled(tree)


def merged(trees: Iterable[Tree]) -> Tree:
    """All that any of `trees` wants."""
    result: Tree = {}
    for tree in trees:
        for path in _leaves(tree):
            _mark(result, path)
    return _settled(result)


def _leaves(tree: Tree, above: Path = ()) -> Iterable[Path]:
    for key, below in tree.items():
        if below:
            yield from _leaves(below, (*above, key))
        elif key == PRESENCE:
            yield (*above, key)
        else:
            yield (*above, key, _WHOLE)


def _read(node: nodes.Expression, scopes: Scopes, tree: Tree) -> None:
    if isinstance(node, nodes.Name | nodes.Attr):
        known, path = _resolve(node, scopes)
        if known and path is not None:
            _mark(tree, (*path, _WHOLE))
        if known:
            return
    if isinstance(node, nodes.Filter) and node.name == "length":
        path = _path(node.base, scopes)
        if path is not None:
            _mark(tree, (*path, ELEMENT, PRESENCE))
            _read_defaults(node.base, scopes, tree)
            return
    for part in nodes.parts(node):
        _read(part, scopes, tree)


def _read_condition(node: nodes.Expression, scopes: Scopes, tree: Tree) -> None:
    """A variable that stands as a condition by itself is only asked whether it is there."""
    if isinstance(node, nodes.Unary) or (
        isinstance(node, nodes.Binary) and node.op in ("and", "or")
    ):
        for part in nodes.parts(node):
            _read_condition(part, scopes, tree)
        return
    known, path = _resolve(node, scopes)
    if known and path is not None:
        _mark(tree, (*path, PRESENCE))
    elif not known:
        _read(node, scopes, tree)


def _read_defaults(node: nodes.Expression, scopes: Scopes, tree: Tree) -> None:
    while isinstance(node, nodes.Filter | nodes.Slice):
        if isinstance(node, nodes.Filter):
            for arg in node.args:
                _read(arg, scopes, tree)
        node = node.base


def _path(node: nodes.Expression, scopes: Scopes) -> Path | None:
    """The one path that the elements of a loop come from, or None when it is not that simple."""
    while True:
        if isinstance(node, nodes.Slice) or (
            isinstance(node, nodes.Filter) and node.name in _KEEPS_PATH
        ):
            node = node.base
        else:
            break
    if isinstance(node, nodes.Name | nodes.Attr):
        return _resolve(node, scopes)[1]
    return None


def _resolve(node: nodes.Expression, scopes: Scopes) -> tuple[bool, Path | None]:
    """Whether `node` is a path, and where it lies; None inside something taken whole."""
    keys: list[str] = []
    while isinstance(node, nodes.Attr):
        keys.append(node.key if isinstance(node.key, str) else ELEMENT)
        node = node.base
    if not isinstance(node, nodes.Name):
        return False, None
    for scope in reversed(scopes):
        if node.name in scope:
            start = scope[node.name]
            return True, None if start is None else (*start, *reversed(keys))
    return True, (node.name, *reversed(keys))


def _mark(tree: Tree, path: Path) -> None:
    for key in path:
        tree = tree.setdefault(key, {})


def _settled(tree: Tree) -> Tree:
    """What is wanted whole has no branches below it."""
    return {key: {} if _WHOLE in below else _settled(below) for key, below in tree.items()}
