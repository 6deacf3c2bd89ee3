"""The filters a template may use: money, dates and letters as the reader writes them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime

from kervan.content import letters
from kervan.content.suffixes import suffixed
from kervan.kernel import clock, money
from kervan.kernel.errors import KervanError

# name: (fewest, most arguments, named ones). Those not made below are the engine's own.
OFFERED: dict[str, tuple[int, int, tuple[str, ...]]] = {
    "default": (1, 1, ()),
    "money": (1, 1, ()),
    "money_minor": (1, 1, ()),
    "number": (0, 1, ()),
    "date": (0, 2, ("zone",)),
    "upper": (0, 1, ()),
    "lower": (0, 1, ()),
    "capitalize": (0, 1, ()),
    "upper_tr": (0, 0, ()),
    "lower_tr": (0, 0, ()),
    "upper_az": (0, 0, ()),
    "lower_az": (0, 0, ()),
    "suffix": (1, 2, ()),
    "truncate": (1, 1, ()),
    "trim": (0, 0, ()),
    "join": (0, 1, ()),
    "first": (0, 0, ()),
    "last": (0, 0, ()),
    "length": (0, 0, ()),
    "round": (0, 1, ()),
    "abs": (0, 0, ()),
    "sum": (0, 0, ()),
    "min": (0, 0, ()),
    "max": (0, 0, ()),
    "reverse": (0, 0, ()),
    "sort": (0, 0, ("attribute", "reverse")),
    "items": (0, 0, ()),
    "urlencode": (0, 0, ()),
    "link": (0, 0, ()),
}
_MAX_AMOUNT = Decimal("1e15")
_CLDR_WIDTHS = ("short", "medium", "long", "full")


@cache
def for_language(language: str) -> dict[str, Callable[..., str]]:
    """The filters whose result depends on `language` (tr, az or en), by name."""

    def at(cased: Callable[[str, str], str], fixed: str = "") -> Callable[..., str]:
        return lambda value, wanted=language: cased(_text(value), fixed or _language(wanted))

    def as_money(value: object, currency: object) -> str:
        return _money_text(_plain(value), _currency(currency), language, False)

    def as_money_minor(value: object, currency: object) -> str:
        return _money_text(_plain(value), _currency(currency), language, True)

    def as_number(value: object, digits: object = None) -> str:
        places = digits if isinstance(digits, int) and 0 <= digits <= 9 else None
        return _number_text(_plain(value), places, language)

    def as_date(value: object, pattern: object = "long", zone: object = "UTC") -> str:
        return _date(_instant_key(value), str(pattern), str(zone), language)

    def as_suffixed(value: object, case: object, wanted: object = language) -> str:
        return suffixed(_text(value), str(case), _language(wanted))

    return {
        "money": as_money,
        "money_minor": as_money_minor,
        "number": as_number,
        "date": as_date,
        "upper": at(letters.upper),
        "lower": at(letters.lower),
        "capitalize": at(letters.capitalize),
        "upper_tr": at(letters.upper, "tr"),
        "lower_tr": at(letters.lower, "tr"),
        "upper_az": at(letters.upper, "az"),
        "lower_az": at(letters.lower, "az"),
        "suffix": as_suffixed,
        "truncate": _truncate,
    }


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(value)
    raise KervanError("content.not_text", value=type(value).__name__)


def _language(wanted: object) -> str:
    if wanted not in ("tr", "az", "en"):
        raise KervanError("content.language_unknown", language=str(wanted)[:20])
    return str(wanted)


def _plain(value: object) -> int | float | str:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise KervanError("content.not_a_number", value=type(value).__name__)
    return value


def _decimal(value: object) -> Decimal:
    try:
        exact = Decimal(str(_plain(value)))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or abs(exact) >= _MAX_AMOUNT:
        raise KervanError("content.not_a_number", value=str(value)[:40])
    return exact


def _currency(value: object) -> str:
    code = str(value).upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise KervanError("content.currency_unknown", currency=str(value)[:20])
    return code


@lru_cache(maxsize=256)
def _money_frame(currency: str, language: str) -> tuple[int, tuple[str, str], tuple[str, str]]:
    """Decimals, and what stands before and after the digits, for amounts from 0 and below.

    CLDR's patterns through babel cost 20 µs an amount, so they are asked once per currency.
    """
    digits = money.minor_digits(currency)
    one = _grouped(Decimal(1), digits, language)

    def around(minor: int) -> tuple[str, str]:
        before, _, after = money.format_money(minor, currency, language).partition(one)
        return before, after

    return digits, around(10**digits), around(-(10**digits))


@lru_cache(maxsize=16_384)
def _money_text(value: int | float | str, currency: str, language: str, minor: bool) -> str:
    """An amount, kept: a price stands in both parts of a mail, and in many mails."""
    amount = _decimal(value)
    if minor:
        amount = amount.scaleb(-money.minor_digits(currency))
    return _money(amount, currency, language)


def _money(amount: Decimal, currency: str, language: str) -> str:
    digits, positive, negative = _money_frame(currency, language)
    rounded = amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
    before, after = negative if rounded < 0 else positive
    return before + _grouped(abs(rounded), digits, language) + after


@lru_cache(maxsize=16)
def _signs(language: str) -> dict[int, str]:
    symbols = Locale.parse(language).number_symbols["latn"]
    return {ord(","): str(symbols["group"]), ord("."): str(symbols["decimal"])}


def _grouped(amount: Decimal, digits: int, language: str) -> str:
    return f"{amount:,.{digits}f}".translate(_signs(language))


@lru_cache(maxsize=16_384, typed=True)
def _number_text(value: int | float | str, digits: int | None, language: str) -> str:
    return _number(_decimal(value), digits, language)


def _number(amount: Decimal, digits: int | None, language: str) -> str:
    if digits is None:
        # As many decimals as the value has, so that 3 stays 3 and 2.50 becomes 2,5.
        exponent = amount.normalize().as_tuple().exponent
        digits = min(9, max(0, -exponent)) if isinstance(exponent, int) else 0
    return _grouped(amount, digits, language)


def _instant_key(value: object) -> int | str:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise KervanError("content.not_a_date", value=type(value).__name__)
    return int(value) if isinstance(value, float) else value


@lru_cache(maxsize=4096)
def _date(value: int | str, pattern: str, zone: str, language: str) -> str:
    """An instant (ms since 1970 UTC, or ISO 8601) or a plain ISO date, by a CLDR pattern."""
    width = pattern if pattern in _CLDR_WIDTHS else ""
    try:
        tz = ZoneInfo(zone)
        if isinstance(value, str) and len(value) == 10:
            return format_date(date.fromisoformat(value), width or pattern, locale=language)
        at = clock.from_ms(value) if isinstance(value, int) else datetime.fromisoformat(value)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        if width:
            return format_date(at.astimezone(tz).date(), width, locale=language)
        return format_datetime(at, pattern, tzinfo=tz, locale=language)
    except ZoneInfoNotFoundError:
        raise KervanError("content.zone_unknown", zone=zone[:40]) from None
    except (ValueError, OverflowError, OSError, KeyError, AttributeError):
        raise KervanError("content.not_a_date", value=str(value)[:40]) from None


def _truncate(value: object, limit: object) -> str:
    text = _text(value)
    room = limit if isinstance(limit, int) else 0
    if len(text) <= room:
        return text
    return text[: max(0, room - 1)].rstrip() + "…"
