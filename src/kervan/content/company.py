"""Keeps who speaks: the facts a commercial message must give of its sender, for each brand."""

import re
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from kervan.content.links import normal_url
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "company.sql")
_MAX_CHARS = 200
_MAX_BRAND_CHARS = 60
_MERSIS = re.compile(r"[0-9]{16}\Z")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,253}\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{5,30}\Z")


@dataclass(frozen=True, slots=True)
class Company:
    """Who speaks: trade name, MERSİS number (Türkiye, 16 digits), and how to reach them."""

    title: str = ""
    mersis: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""

    @property
    def reachable(self) -> bool:
        """Whether there is one way at least to reach them."""
        return bool(self.address or self.email or self.phone)


FACTS = tuple(one.name for one in fields(Company))


def every(conn: Connection) -> dict[str, Company]:
    """{brand: what was set for it}; "" is the company itself."""
    return {brand: Company(*facts) for brand, *facts in conn.execute(_SQL.every).fetchall()}


def of(known: dict[str, Company], brand: str) -> Company:
    """What a message of `brand` says of its sender: the brand's facts, else the company's."""
    own, whole = known.get(brand), known.get("", Company())
    if not brand or own is None:
        return whole
    return Company(*(getattr(own, name) or getattr(whole, name) for name in FACTS))


def save(conn: Connection, brand: str, wanted: Company, at: datetime) -> Company:
    """Keep the facts of `brand` as they are given, tidied; gives what is kept.

    Raises KervanError content.company_unfit (422) with the fact that may not be so.
    """
    tidy = Company(**{name: " ".join(value.split()) for name, value in asdict(wanted).items()})
    mersis = re.sub(r"[ .-]", "", tidy.mersis)
    tidy = Company(**{**asdict(tidy), "mersis": mersis})
    named = brand == brand.strip() and len(brand) <= _MAX_BRAND_CHARS and "," not in brand
    _check("brand", brand, named and brand.isprintable())
    for name, value in asdict(tidy).items():
        _check(name, value, len(value) <= _MAX_CHARS and value.isprintable())
    _check("title", tidy.title, bool(tidy.title))
    for name, shape in (("mersis", _MERSIS), ("email", _EMAIL), ("phone", _PHONE)):
        value = getattr(tidy, name)
        _check(name, value, not value or bool(shape.match(value)))
    _check("website", tidy.website, not tidy.website or normal_url(tidy.website) is not None)
    conn.execute(_SQL.save, {"brand": brand, "at": at, **asdict(tidy)})
    return tidy


def _check(fact: str, given: str, fine: bool) -> None:
    if not fine:
        raise KervanError("content.company_unfit", status=422, fact=fact, given=given[:80])
