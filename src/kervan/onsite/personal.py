"""Fills the templates of a piece for the person who is proved to look at it."""

from typing import Any

import msgspec

from kervan.content.assemble import assemble
from kervan.content.context import Cleaner
from kervan.content.engine import Engine
from kervan.content.parse import parse
from kervan.content.wants import merged, wants
from kervan.kernel.errors import KervanError
from kervan.onsite import addresses
from kervan.onsite.blocks import Block, texts

ADDRESSES = ("url", "link")


def is_template(text: str) -> bool:
    """Whether a text says something else to everybody."""
    return "{{" in text or "{%" in text or "{#" in text


def is_personal(blocks: list[Block]) -> bool:
    """Whether any text of these has a template in it."""
    return any(is_template(text) for _, _, text in texts(blocks))


def fill(
    blocks: list[Block], language: str, scene: dict[str, object], hosts: frozenset[str]
) -> list[dict[str, Any]]:
    """The blocks as plain data, their templates filled in from `scene`.

    Raises KervanError content.* (422) for what this person's data does not give, and
    onsite.link_refused (422) for an address that her data led elsewhere.
    """
    written = [(path, name, text) for path, name, text in texts(blocks) if is_template(text)]
    plain: list[dict[str, Any]] = msgspec.to_builtins(blocks)
    if not written:
        return plain
    sources, parts, trees = {}, {}, []
    for number, (path, _, text) in enumerate(written):
        part = f"{language}.{'.'.join(path)}"
        pieces = parse(text, part)
        sources[f"{number}.txt"] = assemble(pieces, part, links=False)
        parts[f"{number}.txt"] = part
        trees.append(wants(pieces))
    engine = Engine(sources, parts, language, 40_000)
    engine.start()
    data = Cleaner().clean(scene, merged(trees))
    for number, (path, name, _) in enumerate(written):
        filled = engine.run(f"{number}.txt", data).strip()
        if name in ADDRESSES and not addresses.sound(filled, hosts):
            raise KervanError("onsite.link_refused", status=422, url=filled[:80])
        _put(plain, path, filled)
    return plain


def _put(plain: Any, path: tuple[str, ...], value: str) -> None:
    for step in path[:-1]:
        plain = plain[int(step)] if isinstance(plain, list) else plain[step]
    plain[path[-1]] = value
