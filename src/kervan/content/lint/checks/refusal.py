"""Sees to it that every reader of a commercial message has a way to refuse the next one."""

from collections.abc import Iterator

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


def _only_for_some(field: Field) -> int:
    """The line of a way out that stands in a block while none stands outside, else 0."""
    depth, inside = 0, 0
    for piece in parse(field.template, field.name):
        match piece:
            case nodes.Branch("if") | nodes.Loop():
                depth += 1
            case nodes.End():
                depth -= 1
            case nodes.Print(expression, line) if own_link(expression) in _WAYS:
                if not depth:
                    return 0
                inside = inside or line
            case _:
                continue
    return inside


CHECK = Check({"refusal_for_some": ERROR, "refusal_missing": WARNING}, _look)
