"""The templates of segments, in the reader's language."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.segments.definitions import templates
from kervan.web.auth import right
from kervan.web.errors import locale_of

router = APIRouter(tags=["segments"])


class Place(BaseModel):
    """A value that a template takes: a number from `least` to `most`, a text, or some texts.

    `usual` stands where none is given; None has to be given.
    """

    name: str
    title: str
    sort: Literal["number", "text", "texts"]
    usual: int | float | str | list[str] | None
    least: int
    most: int


class Offer(BaseModel):
    """A template; its tree has `{"parameter": name}` in the places of values."""

    key: str
    name: str
    description: str
    values: list[Place]
    tree: dict[str, Any]


@router.get("/templates", dependencies=[right("segments.read")])
def all_templates(request: Request) -> list[Offer]:
    """Every template; POST /v1/segments makes a segment of one."""
    locale = locale_of(request)
    return [
        Offer(
            key=one.key,
            name=one.names[locale],
            description=one.descriptions[locale],
            values=[_place(name, usual, locale) for name, usual in one.values.items()],
            tree=one.tree,
        )
        for one in templates.every()
    ]


def _place(name: str, usual: templates.Value | None, locale: str) -> Place:
    known = templates.parameter(name)
    title, limits = known.names[locale], {"least": known.least, "most": known.most}
    return Place(name=name, title=title, sort=known.sort, usual=usual, **limits)
