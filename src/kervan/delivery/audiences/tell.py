"""Says in a sentence what is wrong with an audience or a feed, in tr, az or en."""

from kervan.kernel import i18n

KNOWN = frozenset(
    {
        "flagged_471", "token_refused", "throttled", "account_off", "invalid_entries",
        "transfer_missing", "transfer_ended", "transfer_groundless", "transfer_unsigned",
    }
)  # fmt: skip
"""Problems with a sentence of their own; others are the platforms' codes."""


def problem(code: str, locale: str) -> str:
    """The sentence of a problem, "" for none."""
    if not code:
        return ""
    if code in KNOWN:
        return i18n.say(f"delivery.ads_problem_{code}", locale)
    return i18n.say("delivery.ads_problem_other", locale, code=code)
