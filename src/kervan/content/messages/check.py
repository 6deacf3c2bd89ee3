"""Examines a message: what keeps it from going live, and what its author should look at again."""

from collections.abc import Iterator
from dataclasses import dataclass

from kervan.content.blocks.expand import Blocks, with_blocks
from kervan.content.compile import EmailSource, compile_email
from kervan.content.messages.copies import copied
from kervan.content.messages.definition import EMAIL, Definition, Source, sources
from kervan.content.messages.fallbacks import bare
from kervan.content.messages.problem import MessageNotValid, Problem, pointer
from kervan.content.parse import parse
from kervan.content.references import COUPONS, PRODUCTS
from kervan.content.texts.compile import compile_text
from kervan.kernel.errors import KervanError

_NEED = ("person", PRODUCTS)
"""What may always be missing, so that a fallback must be there."""
_ALWAYS = {EMAIL: ("person.email",)}
"""What is there whenever a message goes by a channel."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A message that may go live: its templates, and what to look at again."""

    sources: dict[tuple[str, str], Source]
    warnings: list[Problem]


def examine(message: Definition, blocks: Blocks | None = None) -> Examined:
    """Compile every variant, with the `blocks` there are.

    Raises MessageNotValid with the problems of all variants.
    """
    found = sources(message)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for (channel, language), written in found.items():
        try:
            source = with_blocks(written, blocks or {})
            found[channel, language] = source
            if isinstance(source, EmailSource):
                compile_email(source)
            else:
                compile_text(source)
        except KervanError as error:
            problems.append(placed(error, channel, language))
    if problems:
        raise MessageNotValid(problems)
    for channel, language, name, template in _templates(found):
        path = pointer("variants", channel, language, name)
        errors, others = _fallbacks(template, channel, f"{language}.{name}", path)
        problems += errors
        warnings += others
    if problems:
        raise MessageNotValid(problems)
    for language, one, other in copied(message):
        facts: dict[str, object] = {"one": one, "other": other, "language": language}
        path = pointer("variants", other, language)
        warnings.append(Problem("content.message_copied", path, facts))
    if not message.intent.strip():
        warnings.append(Problem("content.message_intent", "/intent"))
    return Examined(found, warnings)


def _templates(found: dict[tuple[str, str], Source]) -> Iterator[tuple[str, str, str, str]]:
    """(channel, language, field, template) of all variants, their blocks written out."""
    for (channel, language), source in found.items():
        if isinstance(source, EmailSource):
            for name in ("subject", "preheader", "mjml", "text"):
                yield channel, language, name, getattr(source, name)
        else:
            for one, fields in source.texts.items():
                for name, template in fields.items():
                    yield channel, one, name, template


def placed(error: KervanError, channel: str, language: str) -> Problem:
    """An error of a template as a problem at its place."""
    part = str(error.params.get("part") or "")
    if part == "utm":
        return Problem(error.code, "/utm", error.params)
    if part in ("topic", "brand"):
        return Problem(error.code, f"/{part}", error.params)
    line = error.params.get("line")
    inner = line if isinstance(line, int) else 0
    if channel == EMAIL:
        steps = [language, part] if part else [language]
    else:
        steps = part.split(" ")[0].split(".", 1) if "." in part else []
    return Problem(error.code, pointer("variants", channel, *steps), error.params, inner)


def _fallbacks(
    template: str, channel: str, part: str, path: str
) -> tuple[list[Problem], list[Problem]]:
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for one in bare(parse(template, part)):
        if one.name in _ALWAYS.get(channel, ()):
            continue
        facts: dict[str, object] = {"name": one.name, "line": one.line, "part": part}
        what = "coupon_fallback" if one.name.startswith(f"{COUPONS}.") else "fallback_needed"
        problem = Problem(f"content.{what}", path, facts, one.line)
        (errors if one.name.split(".")[0] in _NEED else warnings).append(problem)
    return errors, warnings
