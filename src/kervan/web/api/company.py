"""Who speaks: what every commercial message says of its sender, for the company and its brands."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.content import company as companies
from kervan.content.company import Company
from kervan.kernel import clock
from kervan.web import audit
from kervan.web.api import meanwhile
from kervan.web.api.accept import Text
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/company", tags=["company"])


class Facts(BaseModel):
    """Trade name, MERSİS number (16 digits, Türkiye), and how people reach the sender."""

    title: Text
    mersis: Text = ""
    address: Text = ""
    email: Text = ""
    phone: Text = ""
    website: Text = ""


class KeptFacts(Facts):
    """The same as kept; `edition` is another as soon as anybody changes them."""

    edition: str


@router.get("", dependencies=[right("journeys.read")])
def company(request: Request) -> dict[str, KeptFacts]:
    """What was set, by brand; "" is the company itself, and fills what a brand leaves empty."""
    with house(request).connection() as conn:
        return {brand: _kept(one) for brand, one in companies.every(conn).items()}


@router.put("", dependencies=[right("company.manage")])
def set_company(
    request: Request, wanted: Facts, brand: Text = "", if_match: Match = ""
) -> KeptFacts:
    """Replace the facts of the company or of a brand; gives them as kept.

    Messages say them from the next one on. With the edition you read in If-Match (0 for a brand
    without facts), what somebody else saved meanwhile is not lost: web.changed_meanwhile (409).
    Raises also content.company_unfit (422).
    """
    with house(request).connection() as conn:
        meanwhile.hold(conn, "company")
        before = companies.every(conn).get(brand)
        meanwhile.expect(if_match, _kept(before).edition if before else meanwhile.NOTHING)
        kept = companies.save(conn, brand, Company(**wanted.model_dump()), clock.now())
        audit.record(conn, request, "company.changed", brand=brand)
    return _kept(kept)


def _kept(one: Company) -> KeptFacts:
    facts = asdict(one)
    return KeptFacts(**facts, edition=meanwhile.edition(facts))
