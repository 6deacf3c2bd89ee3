"""Sees to it that every reader of a commercial message has a way to refuse the next one."""

from collections.abc import Iterator
from dataclasses import dataclass

from kervan.content import nodes
from kervan.content.assemble import own_link
from kervan.content.lint.check import ERROR, WARNING, Check, Found
from kervan.content.lint.subject import Field, Subject
from kervan.content.parse import parse
from kervan.content.texts import kinds
from kervan.content.texts.compile import TextSource

_WAYS = ("U", "P")


def _look(subject: Subject) -> Iterator[Found]:
    if not subject.marketing:
        return
    for field in subject.fields:
        # Where an author writes a way out himself, none is added: his must reach everybody.
        if field.channel == "email" and field.name in ("mjml", "text"):
            line = _only_for_some(field)
            if line:
                yield Found("refusal_for_some", field.path, {}, line)
    for (channel, _), source in subject.sources.items():
        if not isinstance(source, TextSource):
            continue
        end = kinds.channel(channel).end
        for language, written in source.texts.items():
            if end and not written.get(end, "").strip():
                path = f"/variants/{channel}/{language}"
                yield Found("refusal_missing", path, {"channel": channel})


@dataclass(slots=True)
class _Block:
    """An if or a for under way: whether the branch at hand and all those before it show a way."""

    is_loop: bool
    here: bool = False
    before: bool = True
    has_else: bool = False

    def next(self, word: str) -> None:
        """Another branch begins."""
        self.before, self.here = self.before and self.here, False
        self.has_else = self.has_else or word == "else"

    @property
    def reaches_all(self) -> bool:
        """A for may have nothing to go through; an if without else says nothing to the others."""
        return not self.is_loop and self.has_else and self.before and self.here


def _only_for_some(field: Field) -> int:
    """The line of a way out that not every reader meets while no other one is met by all, else 0.

    An if with a way out in each of its branches, the else among them, shows one to everybody.
    """
    blocks, inside = [_Block(False)], 0
    for piece in parse(field.template, field.name):
        match piece:
            case nodes.Branch("if"):
                blocks.append(_Block(False))
            case nodes.Branch(word):
                blocks[-1].next(word)
            case nodes.Loop():
                blocks.append(_Block(True))
            case nodes.End():
                done = blocks.pop()
                blocks[-1].here = blocks[-1].here or done.reaches_all
            case nodes.Print(expression, line) if own_link(expression) in _WAYS:
                blocks[-1].here, inside = True, inside or line
            case _:
                continue
    return 0 if blocks[0].here else inside


CHECK = Check({"refusal_for_some": ERROR, "refusal_missing": WARNING}, _look)
