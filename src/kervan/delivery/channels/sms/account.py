"""What every SMS account over HTTP has, whoever the provider is: a sender, folding, numbers, hours.

How a text is folded and what it costs is `kernel/gsm`'s; each provider says which alphabets it
takes and how it counts, as its `RULES`.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import Credit, Fate, Outcome, Problem
from kervan.kernel import gsm
from kervan.kernel.http import Client, Unanswered

TURKEY = ZoneInfo("Europe/Istanbul")
_TURKISH_MOBILE_DIGITS = 12
_MOST_LEFT = 10**12
_DAY_FIRST = re.compile(r"(\d\d)[./]?(\d\d)[./]?(\d{4})[ T]?(\d\d):?(\d\d)(?::?(\d\d))?")

RecipientType = Literal["BIREYSEL", "TACIR"]
"""Whom a commercial text addresses, in the registry's words: a consumer or a merchant."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that all of them share.

    `hook_sources` are the addresses or networks that webhooks may come from (none named: any that
    knows the secret path); `fold` is how far texts may be changed to become cheaper.
    """

    fold: Literal["none", "signs", "foreign", "gsm", "ascii"] = "foreign"
    hook_sources: list[str] = []


def written(text: str, account: Account, rules: gsm.Rules, most_parts: int) -> gsm.Count | Outcome:
    """The text as it goes out and its alphabet, or why it cannot: empty, too long, unsendable."""
    count = gsm.count(text, dataclasses.replace(rules, fold=gsm.Fold(account.fold)))
    if not count.text.strip():
        return Outcome(Fate.REJECTED, Problem.CONTENT, "empty")
    if count.unsendable:
        return Outcome(Fate.REJECTED, Problem.CONTENT, "unsendable")
    if count.parts > most_parts:
        return Outcome(Fate.REJECTED, Problem.CONTENT, "too_long")
    return count


def parts_by(rules: gsm.Rules) -> Callable[[Any, str, Mapping[str, str]], int]:
    """Counts in how many parts an account says a text (Provider.parts)."""

    def parts(account: Account, _: str, fields: Mapping[str, str]) -> int:
        folded = dataclasses.replace(rules, fold=gsm.Fold(account.fold))
        return gsm.count(fields.get("text", ""), folded).parts

    return parts


def as_credit(told: Any, unit: str) -> Credit:
    """What is left as a provider writes it: 123, "123.4560", -2.5. Raises Unanswered."""
    try:
        exact = Decimal(str(told)) if isinstance(told, str | int | float) else Decimal("NaN")
        if exact.is_finite() and abs(exact) < _MOST_LEFT:
            return Credit(f"{exact:f}", unit)
    except InvalidOperation:
        pass
    raise Unanswered("odd_balance")


def is_turkish(to: str) -> bool:
    """Whether an E.164 number is one of a Turkish mobile: +90 5xx xxx xx xx."""
    return to.startswith("+905") and len(to) == _TURKISH_MOBILE_DIGITS + 1


def as_e164(told: Any) -> str:
    """A number as providers write one (5…, 05…, 905…, 0049…, +49…, 5321112233.0) in E.164."""
    digits = "".join(char for char in str(told) if char in "+0123456789")
    if digits.startswith("+"):
        return digits
    if digits.startswith("00"):
        return "+" + digits[2:]
    if digits.startswith("0"):
        digits = digits[1:]
    if len(digits) == _TURKISH_MOBILE_DIGITS - 2 and digits.startswith("5"):
        return "+90" + digits
    return "+" + digits if digits else ""


def instant(told: Any, otherwise: datetime) -> datetime:
    """A time as Turkish providers write it, by the clock of Turkey unless it names a zone.

    2026-11-22 13:00:00, 2026-11-22T13:00:00.000+03:00, 22.11.2026 13:00:00, 22112026130000.
    """
    text = str(told).strip()
    day_first = _DAY_FIRST.fullmatch(text)
    if day_first:
        day, month, year, hour, minute, second = day_first.groups(default="00")
        text = f"{year}-{month}-{day}T{hour}:{minute}:{second}"
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=TURKEY)).astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise


def plain(told: Any) -> str:
    """A text as it may be stored: no NUL, no half of a surrogate pair; "" for none."""
    text = "" if told is None else str(told)
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


async def asked(
    client: Client,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    expected: tuple[int, ...] = (200,),
    absent: int = 0,
) -> Any:
    """The decoded JSON of a question that changes nothing; None for the status `absent`.

    Raises Unreachable, or Unanswered for any status but those `expected` and for what is no JSON.
    """
    answer = await client.call(method, url, headers=headers, body=body)
    if answer.status == absent:
        return None
    if answer.status not in expected:
        raise Unanswered(f"http_{answer.status}")
    return answer.json()


def checked(account: Account) -> None:
    """Refuse settings that no call could work with. Raises delivery.hook_source_invalid."""
    call_http.networks(account.hook_sources)
