"""The demo's journey: the library's abandoned basket as it is, only that hours are seconds."""

from kervan.journeys import ready

KEY = "abandoned-basket"
SECONDS = 12
"""How long a basket lies before the mail."""
_QUICK = {
    "reentry: 7 days": "reentry: after_exit",
    "within: 5 days": "within: 10 minutes",
    "for: 1 hour": f"for: {SECONDS} seconds",
    "timeout: 1 day": "timeout: 45 seconds",
    "timeout: 2 days": "timeout: 45 seconds",
    "for: 1 day": "for: 2 minutes",
    "expires: 12 hours": "expires: 5 minutes",
}


def texts() -> list[str]:
    """What is applied, in its order: the message, then the journey with its times cut short."""
    home = ready.one(KEY)
    found = [
        path.read_text(encoding="utf-8") for path in home.files() if path.parent != home.folder
    ]
    journey = (home.folder / ready.JOURNEY).read_text(encoding="utf-8")
    for slow, quick in _QUICK.items():
        if slow not in journey:
            raise ValueError(f"the library's basket no longer says “{slow}”")
        journey = journey.replace(slow, quick)
    return [*found, journey]
