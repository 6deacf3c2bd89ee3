"""Writes what sentences are made of: sentences of `words.toml`, quotes, numbers, money, dates.

All of it is injective: different things are never written alike in one language.
"""

import re
from datetime import UTC
from decimal import Decimal

from babel.dates import format_datetime
from babel.numbers import format_currency, format_decimal

from kervan.kernel import i18n, money
from kervan.segments import check_values

_FACT = re.compile(r"\{(\w+)\}")
_SPECIAL = re.compile(r"[\\“”]")
_SYMBOLS = frozenset({"TRY", "AZN", "EUR", "USD", "GBP"})
"""Currencies whose symbol everybody knows, and no other currency has."""

# How the Turkish and Azerbaijani names of numbers end: 0 to 9, 10 to 90, 100, 1000, more.
_ENDS = {
    "tr": (
        ["dan", "den", "den", "ten", "ten", "ten", "dan", "den", "den", "dan"],
        ["den", "dan", "den", "dan", "tan", "den", "tan", "ten", "den", "dan"],
        ["den", "den", "dan"],
    ),
    "az": (
        ["dan", "dən", "dən", "dən", "dən", "dən", "dan", "dən", "dən", "dan"],
        ["dən", "dan", "dən", "dan", "dan", "dən", "dan", "dən", "dən", "dan"],
        ["dən", "dən", "dan"],
    ),
}
_JOINTS = {"tr": "’", "az": "-"}


def say(key: str, locale: str, /, **facts: str) -> str:
    """The words `segments.say_<key>` with their facts; a fact that is "" leaves no gap."""
    words = []
    for word in i18n.say(f"segments.say_{key}", locale).split(" "):
        filled = _FACT.sub(lambda match: facts[match.group(1)], word)
        if filled:
            words.append(filled)
    return " ".join(words)


def quote(text: str) -> str:
    """A text in quotes; quotes, backslashes and what cannot be seen are escaped."""
    shown = _SPECIAL.sub(r"\\\g<0>", text)
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else f"\\u{{{ord(char):x}}}" for char in shown)
    return f"“{shown}”"


def exact(number: float) -> Decimal:
    """A number as it is written, without an exponent."""
    return Decimal(format(Decimal(repr(number)), "f"))


def figure(number: float, locale: str) -> str:
    """A number with all its decimals."""
    value = exact(number)
    if value == value.to_integral_value():
        value = value.to_integral_value()
    return str(format_decimal(value if value else abs(value), locale=locale,
                              decimal_quantization=False))  # fmt: skip


def beyond(number: float, locale: str) -> str:
    """A number in the case that “less than” and “more than” need: 3’ten, 6-dan."""
    shown = figure(number, locale)
    if locale not in _ENDS:
        return shown
    units, tens, more = _ENDS[locale]
    plain = format(exact(number), "f")
    digits = plain.rstrip("0") if "." in plain else plain
    digits = re.sub(r"\D", "", digits.rstrip(".").rpartition(".")[2])
    zeros = len(digits) - len(digits.rstrip("0"))
    if zeros == len(digits):
        end = units[0]
    elif zeros < 2:
        end = tens[int(digits[-2])] if zeros else units[int(digits[-1])]
    else:
        end = more[0 if zeros == 2 else 1 if zeros < 6 else 2]
    return f"{shown}{_JOINTS[locale]}{end}"


def amount(number: float, currency: str, locale: str) -> str:
    """Money with all its decimals, and at least those of the currency."""
    value = exact(number)
    digits = money.minor_digits(currency)
    if value == round(value, digits):
        value = value.quantize(Decimal(1).scaleb(-digits))
    shown = value if value else abs(value)
    if currency in _SYMBOLS:
        text = format_currency(shown, currency, locale=locale, decimal_quantization=False)
        if currency not in text:
            return text.replace("\xa0", " ")
    places = max(0, -int(shown.as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return f"{format_decimal(shown, pattern, locale=locale)} {quote_unless_code(currency)}"


def quote_unless_code(currency: str) -> str:
    """The code of a currency; in quotes if it is none."""
    plain = len(currency) == 3 and currency.isascii() and currency.isupper()
    return currency if plain else quote(currency)


def moment(text: str | None, locale: str) -> tuple[str, bool]:
    """(an end of a Between window, whether it is a date): 22 November 2026, or … 10:00:00 UTC.

    What is written otherwise than `2026-11-22T10:00:00Z` is shown as it is written.
    """
    read = check_values.moment(text) if text is not None else None
    if text is None or read is None:
        return (quote(text) if text is not None else "–"), True
    at, is_day = read
    if is_day:
        return str(format_datetime(at, "d MMMM y", tzinfo=UTC, locale=locale)), True
    if text != at.strftime("%Y-%m-%dT%H:%M:%SZ"):
        return quote(text), False
    return str(format_datetime(at, "d MMMM y HH:mm:ss 'UTC'", tzinfo=UTC, locale=locale)), False


def negated(did: str, locale: str) -> str:
    """What was not done, of what was: vermiş → vermemiş, baxmış → baxmamış."""
    front = "memiş" if locale == "tr" else "məmiş"
    return re.sub("m([ıuiü])ş$", lambda match: "mamış" if match.group(1) in "ıu" else front, did)


def raised(text: str, locale: str) -> str:
    """A sentence with its first letter large."""
    first = text[:1]
    upper = "İ" if first == "i" and locale in _ENDS else first.upper()
    return upper + text[1:]
