"""Tells a report in words: tables a marketer reads, in Turkish, Azerbaijani or English."""

from collections.abc import Callable, Iterable, Sequence

from kervan.journeys.rehearse.report import SENT, Report, Story
from kervan.kernel import i18n

_BUSIEST = 5
_STORIES = 5
Row = Sequence[str]


def tell(report: Report, locale: str) -> str:
    """The whole report as text."""
    say = sayer(locale)
    head = {
        "journey": report.journey, "begin": report.from_, "end": report.to,
        "events": number(report.events, locale),
    }  # fmt: skip
    parts = [say("head", **head)]
    if report.others:
        parts.append(say("others", names=", ".join(report.others)))
    numbers = {
        name: number(getattr(report, name), locale)
        for name in ("entered", "people", "inside", "goals")
    }
    parts.append(say("entries", **numbers))
    parts += _exits(report, locale)
    parts += _days(report, locale)
    parts += _outcomes(report, locale)
    parts += _weighed(report, locale)
    parts += _hours(report, locale)
    parts += ["", say("caveats"), *(f"  - {say(f'caveat_{one}')}" for one in report.caveats)]
    parts += _stories(report, locale)
    return "\n".join(parts)


def sayer(locale: str) -> Callable[..., str]:
    """Says the room's sentences about rehearsals."""

    def say(key: str, /, **facts: object) -> str:
        return i18n.say(f"journeys.rehearsal_{key}", locale, **facts)

    return say


def _exits(report: Report, locale: str) -> list[str]:
    say = sayer(locale)
    rows = [(reason(why, locale), number(n, locale)) for why, n in report.exits.items()]
    lines = table(say("exits"), (say("why"), say("people")), rows)
    refused = [(say(f"refused_{one.reason}"), number(one.times, locale)) for one in report.refused]
    return lines + table(say("refused"), (say("why"), say("times")), refused)


def _days(report: Report, locale: str) -> list[str]:
    say = sayer(locale)
    channels = sorted({one for day in report.days for one in day.messages})
    rows = [
        (
            day.day,
            number(day.entered, locale),
            *(number(day.messages.get(one, 0), locale) for one in channels),
        )
        for day in report.days
    ]
    return table(say("days", zone=report.zone), (say("day"), say("entered"), *channels), rows)


def _outcomes(report: Report, locale: str) -> list[str]:
    say = sayer(locale)
    rows = [
        (
            one.step,
            one.channel or "–",
            say(f"is_{one.state}"),
            gate_words(one.reason, locale),
            number(one.messages, locale),
        )
        for one in report.outcomes
    ]
    rows += [
        (
            one.step,
            "",
            say("was_held"),
            gate_words(one.reason, locale),
            number(one.messages, locale),
        )
        for one in report.held
    ]
    heads = (say("step"), say("channel"), say("became"), say("why"), say("messages"))
    return table(say("outcomes"), heads, rows)


def _weighed(report: Report, locale: str) -> list[str]:
    say = sayer(locale)

    def n(value: int) -> str:
        return number(value, locale)

    lines = table(
        say("collisions"),
        (say("journey"), say("near"), say("ours_kept"), say("theirs_kept")),
        [
            (one.journey, n(one.within_a_day), n(one.ours_kept_back), n(one.theirs_kept_back))
            for one in report.collisions
        ],
    )
    lines += table(
        say("weekly"),
        (say("more_than"), say("people"), "%"),
        [(n(one.over), n(one.people), f"{one.share * 100:.1f}") for one in report.weekly],
    )
    lines += table(
        say("costs", currency=report.currency),
        (say("channel"), say("messages"), say("cost"), say("unpriced")),
        [(one.channel, n(one.messages), one.cost, n(one.unpriced)) for one in report.costs],
    )
    lines += table(
        say("reactions"),
        (say("channel"), say("reaction"), say("range"), say("observed")),
        [
            (one.channel, say(f"was_{one.what}"), f"{n(one.low)} – {n(one.high)}", n(one.observed))
            for one in report.reactions
        ],
    )
    return lines


def _hours(report: Report, locale: str) -> list[str]:
    say = sayer(locale)
    busiest = sorted(report.hours, key=lambda one: (-one.steps - one.messages, one.hour))
    rows = [
        (one.hour, number(one.steps, locale), number(one.messages, locale))
        for one in sorted(busiest[:_BUSIEST], key=lambda one: one.hour)
    ]
    return table(say("load"), (say("hour"), say("steps"), say("messages")), rows)


def _stories(report: Report, locale: str) -> list[str]:
    say = sayer(locale)
    lines = []
    for one in report.sample[:_STORIES]:
        lines += ["", say("person", number=one.person), *story(one, locale)]
    return lines


def story(told: Story, locale: str) -> list[str]:
    """What happened to one person, a line each; a dash where nothing did."""
    say = sayer(locale)
    lines = []
    for one in told.events:
        facts = {"step": one.step, "detail": one.detail, "journey": one.journey}
        if one.what != SENT and one.what in ("suppressed", "expired", "cancelled", "ghost"):
            words = one.detail.split()
            facts["detail"] = gate_words(words[-1], locale) if words else ""
        elif one.what == "left":
            facts["detail"] = reason(one.detail, locale)
        lines.append(f"  {one.at}  {say(f'did_{one.what}', **facts)}")
    return lines or ["  –"]


def reason(why: str, locale: str) -> str:
    """Why somebody left, in words; an author's own reason as it is."""
    key = f"journeys.rehearsal_left_{why}"
    said = i18n.say(key, locale)
    return why if said == key else said


def gate_words(why: str, locale: str) -> str:
    """The gate's own words for a reason, as `kervan why` says it."""
    return i18n.say(f"delivery.{why}", locale) if why else ""


def number(value: int, locale: str) -> str:
    """A whole number as it is written in a language."""
    return f"{value:,}".replace(",", "," if locale == "en" else ".")


def table(title: str, heads: Row, rows: Iterable[Row]) -> list[str]:
    """A title and a table, nothing where there are no rows; numbers stand to the right."""
    lines = list(rows)
    if not lines:
        return []
    widths = [max(len(row[i]) for row in (heads, *lines)) for i in range(len(heads))]

    def line(row: Row) -> str:
        cells = [
            cell.rjust(width) if _is_number(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        return ("  " + "  ".join(cells)).rstrip()

    return ["", title, line(heads), *(line(row) for row in lines)]


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(",", "").replace(".", "").isdecimal()
