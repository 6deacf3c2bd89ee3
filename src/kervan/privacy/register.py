"""The register of processing: what we do with personal data, and who else gets some."""

import tomllib
import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from kervan.consent import deadlines, packs
from kervan.kernel import ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import retention

_SQL = sql.load(__package__, "register.sql")
ROLES = ("processor", "controller", "joint_controller")
BASES = ("", "adequacy", "standard_contract", "binding_rules", "consent", "derogation")


@dataclass(frozen=True, slots=True)
class Processor:
    """One who gets personal data from us; `transfer_basis` is "" where none is needed."""

    name: str
    role: str
    country: str
    purposes: str
    data: str
    people: str
    begins_on: date
    transfer_basis: str = ""
    contract: str = ""
    contract_signed_on: date | None = None
    notified_on: date | None = None
    ends_on: date | None = None
    id: uuid.UUID | None = None


@cache
def _text() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("register.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def keep(conn: Connection, one: Processor, at: datetime, actor: str) -> uuid.UUID:
    """Write an entry, or (with an id) change it; gives its id.

    Raises privacy.register_not_good for a word that is not ours and for a transfer without ground.
    """
    if one.role not in ROLES or one.transfer_basis not in BASES or not one.name.strip():
        words = f"{', '.join(ROLES)}; {', '.join(BASES[1:])}"
        raise KervanError("privacy.register_not_good", words=words)
    number = one.id or ids.uuid7()
    conn.execute(_SQL.keep, {**asdict(one), "id": number, "at": at, "actor": actor})
    return number


def processors(conn: Connection) -> list[Processor]:
    """All who get personal data, or once did, by name."""
    return [Processor(**row) for row in _rows(conn)]


def _rows(conn: Connection) -> list[dict[str, Any]]:
    cursor = conn.execute(_SQL.processors)
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def register(conn: Connection, home: str, at: datetime, locale: str) -> dict[str, Any]:
    """The whole register: our processing with its retention, others, and what is missing.

    `home` (ISO 3166) is the controller's country: data that leaves it is a transfer.
    """
    kept = {rule.kind: rule.days for rule in retention.rules(conn)}
    others = processors(conn)
    return {
        "processing": [
            {
                "key": one["key"],
                "purpose": one["purpose"].get(locale) or one["purpose"]["en"],
                "data": one["data"],
                "basis": one["basis"],
                "kept_days": kept.get(one["kept"]),
            }
            for one in _text()["processing"]
        ],
        "processors": [{**asdict(one), "is_transfer": one.country != home} for one in others],
        "missing": [found for one in others if (found := _missing(one, home, at.date()))],
    }


def _missing(one: Processor, home: str, today: date) -> dict[str, Any] | None:
    if one.country == home or (one.ends_on is not None and one.ends_on < today):
        return None
    if not one.transfer_basis:
        return {"name": one.name, "what": "transfer_basis", "due_on": one.begins_on}
    if one.transfer_basis != "standard_contract":
        return None
    if one.contract_signed_on is None:
        return {"name": one.name, "what": "contract_signed_on", "due_on": one.begins_on}
    rule = _text()["notify"].get(home)
    if rule is None or one.notified_on is not None:
        return None
    signed = one.contract_signed_on
    calendar = deadlines.calendar_of(packs.of_country(home), signed)
    due = deadlines.add_business_days(signed, rule["business_days"], calendar)
    return {"name": one.name, "what": "notified_on", "due_on": due}
