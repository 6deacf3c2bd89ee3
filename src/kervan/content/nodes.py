"""The words of the template language: what an expression and a piece of a template can be."""

from dataclasses import dataclass

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, true, false or none."""

    value: Plain


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list written out in the template."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of the context, or of a loop around."""

    name: str


@dataclass(frozen=True, slots=True)
class Attr:
    """A key of a dict (`a.b`, `a["b"]`) or a place of a list (`a[0]`)."""

    base: "Expression"
    key: str | int


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a list or text, `a[low:high]`."""

    base: "Expression"
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """`base | name(args, key=value)`."""

    base: "Expression"
    name: str
    args: tuple["Expression", ...]
    named: tuple[tuple[str, "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Test:
    """`base is name`, or `is not`."""

    base: "Expression"
    name: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x` or `-x`."""

    op: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands with an operator between them."""

    op: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if condition else otherwise`."""

    then: "Expression"
    condition: "Expression"
    otherwise: "Expression"


Expression = Literal | ListOf | Name | Attr | Slice | Filter | Test | Unary | Binary | Conditional


@dataclass(frozen=True, slots=True)
class Text:
    """Words that stand in the template as they are."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Print:
    """`{{ expression }}`."""

    expression: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Branch:
    """`{% if %}`, `{% elif %}` (both with a condition) or `{% else %}` (of an if or a for)."""

    word: str
    condition: Expression | None
    line: int


@dataclass(frozen=True, slots=True)
class Loop:
    """`{% for names in items if condition %}`."""

    names: tuple[str, ...]
    items: Expression
    condition: Expression | None
    line: int


@dataclass(frozen=True, slots=True)
class End:
    """`{% endif %}` or `{% endfor %}`."""

    word: str
    line: int


Piece = Text | Print | Branch | Loop | End


def parts(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside `node`."""
    match node:
        case ListOf(items):
            return items
        case Attr(base) | Slice(base) | Test(base):
            return (base,)
        case Filter(base, _, args, named):
            return (base, *args, *(value for _, value in named))
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Conditional(then, condition, otherwise):
            return (then, condition, otherwise)
        case _:
            return ()
