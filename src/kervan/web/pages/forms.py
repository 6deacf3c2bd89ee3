"""Writes numbers, money, shares and times as people of a language write them."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent

from kervan.kernel import clock, i18n, money

NAMES = {"tr": "Türkçe", "az": "Azərbaycanca", "en": "English"}


class Forms:
    """The forms of one reader: her language and the zone her times are shown in."""

    def __init__(self, locale: str, zone: str) -> None:
        self.locale = locale
        self.zone = ZoneInfo(zone)

    def number(self, value: int | float | Decimal, digits: int = 0) -> str:
        """A number with the language's separators and at most `digits` decimals."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return format_decimal(value, pattern, locale=self.locale)

    def share(self, part: int, whole: int) -> str:
        """`part` of `whole` in percent with at most one decimal; a dash without a whole."""
        if not whole:
            return "–"
        # Turkish writes the sign in front (%45,7), Azerbaijani behind (45,7%).
        pattern = Locale(self.locale).percent_formats[None].pattern.replace("0", "0.#", 1)
        return format_percent(Decimal(part) / whole, pattern, locale=self.locale)

    def money(self, minor: int, currency: str) -> str:
        """An amount in minor units with its currency."""
        return money.format_money(minor, currency, self.locale)

    def time(self, at_ms: int) -> str:
        """Hours, minutes and seconds in the reader's zone."""
        return format_time(self._local(at_ms), "HH:mm:ss", locale=self.locale)

    def day(self, at_ms: int) -> str:
        """The date in the reader's zone, in the language's medium form."""
        return format_date(self._local(at_ms).date(), "medium", locale=self.locale)

    def ago(self, at_ms: int, now_ms: int) -> str:
        """How long ago, in the roughest unit that still says something."""
        seconds = (at_ms - now_ms) // 1000
        if seconds >= -1:
            return i18n.say("web.ago_now", self.locale)
        return format_timedelta(
            timedelta(seconds=seconds),
            granularity="second",
            threshold=1.2,
            add_direction=True,
            locale=self.locale,
        )

    def _local(self, at_ms: int) -> datetime:
        return clock.from_ms(at_ms).astimezone(self.zone)
