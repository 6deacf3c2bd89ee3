"""Tells a report in words: tables a marketer reads, in Turkish, Azerbaijani or English."""

from collections.abc import Callable, Iterable, Sequence

from kervan.journeys.rehearse.report import SENT, Report
from kervan.kernel import i18n

_BUSIEST = 5
_STORIES = 5
Row = Sequence[str]


def tell(report: Report, locale: str) -> str:
    """The whole report as text."""
    say = _sayer(locale)
    head = {
        "journey": report.journey, "begin": report.from_, "end": report.to,
        "events": _number(report.events, locale),
    }  # fmt: skip
    parts = [say("head", **head)]
    if report.others:
        parts.append(say("others", names=", ".join(report.others)))
    numbers = {
        name: _number(getattr(report, name), locale)
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


def _sayer(locale: str) -> Callable[..., str]:
    def say(key: str, /, **facts: object) -> str:
        return i18n.say(f"journeys.rehearsal_{key}", locale, **facts)

    return say


def _exits(report: Report, locale: str) -> list[str]:
    say = _sayer(locale)
    rows = [(_reason(why, locale), _number(n, locale)) for why, n in report.exits.items()]
    lines = _table(say("exits"), (say("why"), say("people")), rows)
    refused = [(say(f"refused_{one.reason}"), _number(one.times, locale)) for one in report.refused]
    return lines + _table(say("refused"), (say("why"), say("times")), refused)


def _days(report: Report, locale: str) -> list[str]:
    say = _sayer(locale)
    channels = sorted({one for day in report.days for one in day.messages})
    rows = [
        (
            day.day,
            _number(day.entered, locale),
            *(_number(day.messages.get(one, 0), locale) for one in channels),
        )
        for day in report.days
    ]
    return _table(say("days", zone=report.zone), (say("day"), say("entered"), *channels), rows)


def _outcomes(report: Report, locale: str) -> list[str]:
    say = _sayer(locale)
    rows = [
        (
            one.step,
            one.channel or "–",
            say(f"is_{one.state}"),
            _gate(one.reason, locale),
            _number(one.messages, locale),
        )
        for one in report.outcomes
    ]
    rows += [
        (one.step, "", say("was_held"), _gate(one.reason, locale), _number(one.messages, locale))
        for one in report.held
    ]
    heads = (say("step"), say("channel"), say("became"), say("why"), say("messages"))
    return _table(say("outcomes"), heads, rows)


def _weighed(report: Report, locale: str) -> list[str]:
    say = _sayer(locale)

    def n(value: int) -> str:
        return _number(value, locale)

    lines = _table(
        say("collisions"),
        (say("journey"), say("near"), say("ours_kept"), say("theirs_kept")),
        [
            (one.journey, n(one.within_a_day), n(one.ours_kept_back), n(one.theirs_kept_back))
            for one in report.collisions
        ],
    )
    lines += _table(
        say("weekly"),
        (say("more_than"), say("people"), "%"),
        [(n(one.over), n(one.people), f"{one.share * 100:.1f}") for one in report.weekly],
    )
    lines += _table(
        say("costs", currency=report.currency),
        (say("channel"), say("messages"), say("cost"), say("unpriced")),
        [(one.channel, n(one.messages), one.cost, n(one.unpriced)) for one in report.costs],
    )
    lines += _table(
        say("reactions"),
        (say("channel"), say("reaction"), say("range"), say("observed")),
        [
            (one.channel, say(f"was_{one.what}"), f"{n(one.low)} – {n(one.high)}", n(one.observed))
            for one in report.reactions
        ],
    )
    return lines


def _hours(report: Report, locale: str) -> list[str]:
    say = _sayer(locale)
    busiest = sorted(report.hours, key=lambda one: (-one.steps - one.messages, one.hour))
    rows = [
        (one.hour, _number(one.steps, locale), _number(one.messages, locale))
        for one in sorted(busiest[:_BUSIEST], key=lambda one: one.hour)
    ]
    return _table(say("load"), (say("hour"), say("steps"), say("messages")), rows)


def _stories(report: Report, locale: str) -> list[str]:
    say = _sayer(locale)
    lines = []
    for story in report.sample[:_STORIES]:
        lines += ["", say("person", number=story.person)]
        for one in story.events:
            facts = {"step": one.step, "detail": one.detail, "journey": one.journey}
            if one.what != SENT and one.what in ("suppressed", "expired", "cancelled", "ghost"):
                words = one.detail.split()
                facts["detail"] = _gate(words[-1], locale) if words else ""
            elif one.what == "left":
                facts["detail"] = _reason(one.detail, locale)
            lines.append(f"  {one.at}  {say(f'did_{one.what}', **facts)}")
    return lines


def _reason(why: str, locale: str) -> str:
    key = f"journeys.rehearsal_left_{why}"
    said = i18n.say(key, locale)
    return why if said == key else said


def _gate(reason: str, locale: str) -> str:
    """The gate's own words for a reason, as `kervan why` says it."""
    return i18n.say(f"delivery.{reason}", locale) if reason else ""


def _number(value: int, locale: str) -> str:
    return f"{value:,}".replace(",", "," if locale == "en" else ".")


def _table(title: str, heads: Row, rows: Iterable[Row]) -> list[str]:
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
    return cell.replace(",", "").replace(".", "").isdecimal()
