"""Who speaks: what every commercial message says of its sender, for the company and its brands."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.content import company as companies
from kervan.content.company import Company
from kervan.kernel import clock
from kervan.web import audit
from kervan.web.api.accept import Text
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


@router.get("", dependencies=[right("journeys.read")])
def company(request: Request) -> dict[str, Facts]:
    """What was set, by brand; "" is the company itself, and fills what a brand leaves empty."""
    with house(request).connection() as conn:
        return {brand: Facts(**asdict(one)) for brand, one in companies.every(conn).items()}


@router.put("", dependencies=[right("company.manage")])
def set_company(request: Request, wanted: Facts, brand: Text = "") -> Facts:
    """Replace the facts of the company or of a brand; gives them as kept.

    Messages say them from the next one on. Raises content.company_unfit (422).
    """
    with house(request).connection() as conn:
        kept = companies.save(conn, brand, Company(**wanted.model_dump()), clock.now())
        audit.record(conn, request, "company.changed", brand=brand)
    return Facts(**asdict(kept))
