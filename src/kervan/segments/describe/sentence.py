"""Says a whole rule tree: as one sentence, or as indented lines."""

from kervan.kernel.i18n import LOCALES
from kervan.segments import tree
from kervan.segments.describe import events, person
from kervan.segments.describe.names import NO_NAMES, Names
from kervan.segments.describe.write import figure, raised, say
from kervan.segments.lower import Core, Listed


def describe(node: Core, locale: str, names: Names | None = None) -> str:
    """The tree as a sentence in `locale`; in English where that is not tr, az or en.

    Different trees have different sentences, also where names are given; a tree that `parse`
    refuses has one too.
    """
    known, locale = names or NO_NAMES, _spoken(locale)
    if isinstance(node, tree.All | tree.Any | tree.Nothing) and not node.of:
        return raised(_nothing_asked(node, locale) + ".", locale)
    return raised(say("people", locale, clause=clause(node, locale, known)) + ".", locale)


def describe_lines(node: Core, locale: str, names: Names | None = None) -> list[tuple[int, str]]:
    """The tree as (depth, text), a line per group and condition."""
    known, locale = names or NO_NAMES, _spoken(locale)
    lines: list[tuple[int, str]] = []
    open_: list[tuple[int, Core]] = [(0, node)]
    while open_:
        depth, one = open_.pop()
        if isinstance(one, tree.All | tree.Any | tree.Nothing):
            lines.append((depth, say(f"line_{_kind(one)}", locale)))
            open_ += [(depth + 1, each) for each in reversed(one.of)]
        else:
            lines.append((depth, clause(one, locale, known)))
    return lines


def clause(node: Core, locale: str, names: Names = NO_NAMES) -> str:
    """What is said of the people: who placed an order …; sipariş vermiş."""
    locale = _spoken(locale)
    match node:
        case tree.All() | tree.Any() | tree.Nothing():
            return _group(node, locale, names)
        case tree.Event():
            return events.event(node, locale)
        case tree.Sequence():
            return events.sequence(node, locale)
        case tree.Messages():
            return events.messages(node, locale, names)
        case Listed():
            return say("listed", locale, list=figure(node.list, locale))
    return _of_person(node, locale, names)


def _of_person(
    node: tree.Trait | tree.Fact | tree.Reach | tree.Consent | tree.Journey | tree.Member
    | tree.Share,
    locale: str,
    names: Names,
) -> str:  # fmt: skip
    match node:
        case tree.Trait():
            return person.trait(node, locale)
        case tree.Fact():
            return person.fact(node, locale)
        case tree.Reach():
            return person.reach(node, locale)
        case tree.Consent():
            return person.consent(node, locale, names)
        case tree.Journey():
            return person.journey(node, locale, names)
        case tree.Member():
            return person.member(node, locale, names)
    return person.share(node, locale)


def _spoken(locale: str) -> str:
    return locale if locale in LOCALES else "en"


def _kind(node: tree.All | tree.Any | tree.Nothing) -> str:
    return str(type(node).__struct_config__.tag)


def _nothing_asked(node: tree.All | tree.Any | tree.Nothing, locale: str) -> str:
    return say(f"empty_{_kind(node)}", locale)


def _group(node: tree.All | tree.Any | tree.Nothing, locale: str, names: Names) -> str:
    """The conditions of a group; groups inside it stand in brackets."""
    kind = _kind(node)
    parts = []
    for one in node.of:
        part = clause(one, locale, names)
        is_group = isinstance(one, tree.All | tree.Any) and len(one.of) > 1
        parts.append(f"({part})" if is_group else part)
    if not parts:
        return f"({_nothing_asked(node, locale)})"
    if len(parts) == 1:
        return say(f"one_{kind}", locale, of=parts[0])
    if isinstance(node, tree.Nothing):
        return say("several_none", locale, of="; ".join(parts))
    joint = say("and" if isinstance(node, tree.All) else "or", locale)
    if len(parts) == 2:
        return f"{parts[0]} {joint} {parts[1]}"
    return say("several", locale, first="; ".join(parts[:-1]), joint=joint, last=parts[-1])
