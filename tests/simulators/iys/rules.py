"""What the simulated registry accepts and with which code it refuses, written from its pages.

A simulator: it stands for İYS in tests. It shares no code with Kervan (tests/house holds that).
Codes marked "page" are those of the registry's own pages; the others are this simulator's, in the
registry's ranges, so Kervan may not depend on their numbers.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

TYPES = ("ARAMA", "MESAJ", "EPOSTA")
RECIPIENT_TYPES = ("BIREYSEL", "TACIR")
STATUSES = ("ONAY", "RET")
SOURCES = (
    "HS_FIZIKSEL_ORTAM", "HS_ISLAK_IMZA", "HS_WEB", "HS_CAGRI_MERKEZI", "HS_SOSYAL_MEDYA",
    "HS_EPOSTA", "HS_MESAJ", "HS_MOBIL", "HS_EORTAM", "HS_ETKINLIK", "HS_2015", "HS_ATM",
    "HS_KARAR",
)  # fmt: skip
TURKEY = timezone(timedelta(hours=3))
FIRST_DATE = datetime(2015, 5, 1, tzinfo=TURKEY)
BUSINESS_DAYS = 3
_PHONE = re.compile(r"\+90\d{10}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")

MISSING = {"type": "H111", "source": "H113", "recipient": "H114", "status": "H115"}  # page, but 115
INVALID = "H120"
BEFORE_2015 = "H155"  # page
IN_FUTURE = "H156"
TOO_OLD = "H157"
NOT_LATER = "H158"
WRONG_2015 = "H159"
FIRST_RET = "H174"
SAME_STATUS = "H175"
UNKNOWN_BRAND = "H101"
BAD_DATE_FORMAT = "H501"  # page
DATE_OUT_OF_REACH = "H502"


@dataclass(frozen=True)
class Fault:
    """One reason for a refusal; `location` names the fields."""

    code: str
    location: tuple[str, ...]
    message: str

    def as_json(self) -> dict[str, Any]:
        """The form in which it travels."""
        return {"code": self.code, "location": list(self.location), "message": self.message}


@dataclass(frozen=True)
class Record:
    """What the registry holds of one address, type and recipient type."""

    status: str
    consent_at: datetime
    source: str
    created_at: datetime
    transaction: str


def read_date(text: str) -> datetime:
    """A date as the registry writes it, always at GMT+3."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=TURKEY)


def write_date(at: datetime) -> str:
    """An instant as the registry writes it."""
    return at.astimezone(TURKEY).strftime("%Y-%m-%d %H:%M:%S")


def shape_faults(consent: Any) -> list[Fault]:
    """What is wrong with one consent whatever the registry holds."""
    if not isinstance(consent, dict):
        return [Fault(INVALID, (), "İzin bir nesne olmalıdır.")]
    merchant = consent.get("recipientType") == "TACIR"
    found = [
        Fault(code, (name,), f"{name} bulunamadı.")
        for name, code in MISSING.items()
        if not consent.get(name) and not (merchant and name == "source")
    ]
    for name, allowed in (
        ("type", TYPES), ("recipientType", RECIPIENT_TYPES), ("status", STATUSES),
        ("source", SOURCES),
    ):  # fmt: skip
        if consent.get(name) and consent[name] not in allowed:
            found.append(Fault(INVALID, (name,), f"{name} geçersiz."))
    if not consent.get("recipientType"):
        found.append(Fault("H116", ("recipientType",), "recipientType bulunamadı."))
    pattern = _EMAIL if consent.get("type") == "EPOSTA" else _PHONE
    if consent.get("recipient") and not pattern.fullmatch(str(consent["recipient"])):
        found.append(Fault(INVALID, ("recipient",), "Alıcı geçersiz."))
    when = consent.get("consentDate")
    if when is None and not merchant:
        found.append(Fault("H117", ("consentDate",), "consentDate bulunamadı."))
    elif when is not None and not _DATE.fullmatch(str(when)):
        found.append(Fault(INVALID, ("consentDate",), "consentDate biçimi geçersiz."))
    return found


def business_days_between(first: date, last: date, holidays: frozenset[date]) -> int:
    """Business days after `first` up to and with `last`."""
    count = 0
    day = first
    while day < last:
        day += timedelta(days=1)
        count += day.weekday() < 5 and day not in holidays
    return count


def rule_fault(
    consent: dict[str, Any], held: Record | None, now: datetime, holidays: frozenset[date]
) -> Fault | None:
    """Why the registry, holding `held`, refuses a well-formed consent; None when it takes it."""
    text = consent.get("consentDate")
    when = read_date(text) if text else now
    where = ("consentDate",)
    if when < FIRST_DATE:
        return Fault(BEFORE_2015, where, "2015-05-01 00:00:00 öncesi tarih girilemez.")
    if when > now:
        return Fault(IN_FUTURE, where, "İleri tarihli izin girilemez.")
    if consent.get("source") == "HS_2015":
        if when != FIRST_DATE:
            return Fault(WRONG_2015, where, "HS_2015 için tarih 2015-05-01 00:00:00 olmalıdır.")
    elif text and _too_old(when, now, holidays):
        return Fault(TOO_OLD, where, "İzin tarihi 3 iş gününden eski olamaz.")
    if held is None and consent["status"] == "RET":
        return Fault(FIRST_RET, ("status",), "İlk kayıt RET olamaz.")
    if held is not None and held.status == consent["status"]:
        return Fault(SAME_STATUS, ("status",), "Alıcının izin durumu zaten aynı.")
    if held is not None and when <= held.consent_at:
        return Fault(NOT_LATER, where, "İzin tarihi kayıtlı izinden ileride olmalıdır.")
    return None


def _too_old(when: datetime, now: datetime, holidays: frozenset[date]) -> bool:
    first, last = when.astimezone(TURKEY).date(), now.astimezone(TURKEY).date()
    if (last - first).days > 40:
        return True
    return business_days_between(first, last, holidays) > BUSINESS_DAYS
