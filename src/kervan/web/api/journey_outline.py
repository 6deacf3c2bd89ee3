"""What the console draws of a journey: its outline, and the ready-made ones to begin with."""

from fastapi import APIRouter, Request
from pydantic import BaseModel
from pydantic import Field as Of

from kervan.journeys import ready
from kervan.journeys.outline import fields
from kervan.journeys.outline.draw import Outline, draw
from kervan.journeys.problem import Problem
from kervan.journeys.text import LIMIT_BYTES
from kervan.kernel import i18n
from kervan.web import audit
from kervan.web.api.accept import Plain
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter()


class Text(BaseModel):
    """A journey as its author writes it, right or not yet."""

    text: Plain = Of(max_length=LIMIT_BYTES)


class Way(BaseModel):
    """A way out of a step: `to` is the key of the next step, "" leads out of the journey."""

    name: str
    to: str


class Card(BaseModel):
    """A written step: what it does as a sentence, and the line of the text it stands in."""

    key: str
    kind: str
    says: str
    line: int
    ways: list[Way]


class Setting(BaseModel):
    """A setting of the journey's head, such as `trigger`, `exit_on` or `goal`, in words."""

    setting: str
    says: str


class Fault(BaseModel):
    """One thing to mend, with its place in the text: `says` tells it too, `what` does not.

    `ways` are ways out of a step that lead nowhere yet.
    """

    code: str
    line: int
    column: int
    says: str
    what: str
    ways: list[str]


class Drawn(BaseModel):
    """A journey as a picture; of a text whose parts do not fit together only `problems`."""

    key: str
    name: str
    head: list[Setting]
    cards: list[Card]
    problems: list[Fault]


class Field(BaseModel):
    """A setting: `form` is text, number, truth, choice (of `options`), length ("2 days"), value (a
    text, a number or a truth), list (of texts), group (of `fields`), one (exactly one of `fields`),
    groups (several of them), rule (as of a segment) or part (anything else, written as YAML).
    """

    name: str
    form: fields.Form
    required: bool
    options: list[str]
    fields: list["Field"]


class Kind(BaseModel):
    """A kind of step and what it can be told."""

    kind: str
    fields: list[Field]


class Example(BaseModel):
    """A ready-made journey; `says` is for whom it is, `text` what to begin with."""

    key: str
    says: str
    channels: list[str]
    text: str


@router.post("/outline", dependencies=[right("journeys.read")])
def outline(request: Request, wanted: Text) -> Drawn:
    """A text as steps and ways, in the reader's language, with all that is wrong; keeps nothing."""
    audit.changed_nothing(request)
    locale = locale_of(request)
    return _told(draw(wanted.text, locale, house(request).config.timezone), locale)


@router.get("/steps", dependencies=[right("journeys.read")])
def steps(request: Request) -> list[Kind]:
    """Every kind of step with its settings, from the published schema."""
    return [Kind(kind=kind, fields=_fields(told)) for kind, told in fields.every().items()]


@router.get("/head", dependencies=[right("journeys.read")])
def head(request: Request) -> list[Field]:
    """What a journey can be told besides its steps, from the published schema."""
    return _fields(fields.head())


@router.get("/library", dependencies=[right("journeys.read")])
def library(request: Request) -> list[Example]:
    """The ready-made journeys by key."""
    locale = locale_of(request)
    return [
        Example(
            key=one.key, says=i18n.say(f"journeys.library_about_{one.key}", locale),
            channels=one.channels(),
            text=(one.folder / ready.JOURNEY).read_text(encoding="utf-8"),
        )
        for one in ready.every()
    ]  # fmt: skip


def _ways(one: Problem) -> list[str]:
    if one.code == "journeys.missing_exit":
        return [str(one.params["exit"])]
    if one.code == "journeys.next_by_exit":
        return [way for way in str(one.params["exits"]).split(", ") if way != "–"]
    return []


def _fields(told: tuple[fields.Field, ...]) -> list[Field]:
    return [
        Field(
            name=one.name, form=one.form, required=one.required, options=[*one.options],
            fields=_fields(one.fields),
        )
        for one in told
    ]  # fmt: skip


def _told(found: Outline, locale: str) -> Drawn:
    cards = [
        Card(
            key=one.key, kind=one.kind, says=one.says, line=one.line,
            ways=[Way(name=way.name, to=way.to) for way in one.ways],
        )
        for one in found.cards
    ]  # fmt: skip
    faults = [
        Fault(
            code=one.code, line=one.line, column=one.column, says=one.say(locale),
            what=one.what(locale), ways=_ways(one),
        )
        for one in found.problems
    ]  # fmt: skip
    return Drawn(
        key=found.key, name=found.name, cards=cards, problems=faults,
        head=[Setting(setting=setting, says=says) for setting, says in found.head],
    )  # fmt: skip
