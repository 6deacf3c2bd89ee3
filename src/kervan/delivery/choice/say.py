"""Says in a sentence why a message goes by this channel and at this hour, in tr, az or en."""

from collections.abc import Iterator, Mapping
from typing import Any

from kervan.kernel import i18n


def say(chosen: Mapping[str, Any], locale: str) -> list[str]:
    """The sentences of what `settle` wrote down; none where nothing was chosen."""
    return [
        *(_channel(chosen["channel"], locale) if "channel" in chosen else ()),
        *(_time(chosen["time"], locale) if "time" in chosen else ()),
    ]


def _channel(why: Mapping[str, Any], locale: str) -> Iterator[str]:
    of = {one["channel"]: one for one in why["of"]}
    facts = {
        "channel": why["chosen"],
        "best": why["best"],
        "sent": of[why["best"]]["sent"],
        "reacted": of[why["best"]]["reacted"],
        "percent": _percent(of[why["best"]]["expected"]),
        "others": ", ".join(
            f"{name} % {_percent(one['expected'])}" if locale == "tr" else
            f"{name} {_percent(one['expected'])} %"
            for name, one in of.items()
            if name != why["best"]
        ) or "–",
    }  # fmt: skip
    if why["chosen"] != why["best"]:
        share = _percent(why["explore"])
        yield i18n.say("delivery.choice_explored", locale, **facts, share=share)
    elif facts["sent"]:
        yield i18n.say("delivery.choice_own", locale, **facts)
    else:
        yield i18n.say("delivery.choice_alike", locale, **facts)


def _time(why: Mapping[str, Any], locale: str) -> Iterator[str]:
    code = "delivery.choice_hour_own" if why["own"] else "delivery.choice_hour_alike"
    yield i18n.say(
        code, locale, hour=f"{why['hour']:02d}:00", zone=why["zone"], count=why["own"],
        begin=why["from"], end=why["until"],
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{share * 100:.1f}"
