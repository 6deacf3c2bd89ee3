"""Money as integer minor units with a currency; nothing here is a float."""

from decimal import ROUND_HALF_EVEN, Decimal, DecimalException

from babel.numbers import format_currency, get_currency_precision, list_currencies

from kervan.kernel.errors import KervanError

_LIMIT = 2**63 - 1


def minor_digits(currency: str) -> int:
    """How many decimals `currency` has (ISO 4217 by CLDR): TRY 2, JPY 0, KWD 3."""
    return get_currency_precision(currency)


def is_currency(code: str) -> bool:
    """Whether `code` is a currency by ISO 4217 and CLDR."""
    return code in list_currencies()


def to_minor(amount: Decimal | str | float, currency: str) -> int:
    """`amount` in the smallest unit of `currency`, half to even.

    Raises KervanError kernel.not_money for anything that is no finite number of 64 bits.
    """
    try:
        exact = Decimal(str(amount)).scaleb(minor_digits(currency))
        if abs(exact) < _LIMIT:
            return int(exact.to_integral_value(ROUND_HALF_EVEN))
    except (DecimalException, ValueError):
        pass
    raise KervanError("kernel.not_money", amount=str(amount)[:40])


def format_money(minor: int, currency: str, locale: str) -> str:
    """`minor` units written as people of `locale` (tr, az, en) write them."""
    amount = Decimal(minor).scaleb(-minor_digits(currency))
    return format_currency(amount, currency, locale=locale)
