"""What a bench found: figures as a table for people, or one JSON object a line for machines."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    `floor` is the bare cost of the same work in the same run, in `unit`; `ratio` is bare cost ÷
    our cost (1.0 is perfect). `ok` is None for a figure that only informs.
    """

    bench: str
    figure: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    target: str = ""
    ok: bool | None = None


def at_least(
    bench: str, figure: str, value: float, unit: str, least: float, *, floor: float | None = None
) -> Figure:
    """A speed that must reach `least`; with `floor`, the ratio is value ÷ floor."""
    ratio = value / floor if floor else None
    return Figure(bench, figure, value, unit, floor, ratio, f"≥ {_number(least)}", value >= least)


def at_most(bench: str, figure: str, value: float, unit: str, most: float) -> Figure:
    """A time or a size that must stay below `most`."""
    return Figure(bench, figure, value, unit, target=f"< {_number(most)}", ok=value < most)


def fact(bench: str, figure: str, value: float, unit: str, *, floor: float | None = None) -> Figure:
    """A figure that helps to understand the others; with `floor`, the ratio is value ÷ floor."""
    return Figure(bench, figure, value, unit, floor, value / floor if floor else None)


def rate(count: float, seconds: float, least_seconds: float = 1e-6) -> float:
    """How many a second; work too short for the clock counts as `least_seconds`, its tick."""
    return count / max(seconds, least_seconds)


def growth(bench: str, scale: int, seconds: float, one_seconds: float) -> Figure:
    """How many times as long `scale` times the data took; at most a tenth more than `scale`."""
    times, most = rate(seconds, one_seconds), 11 * scale / 10
    name = f"time_for_{scale}_times_the_data"
    return Figure(bench, name, times, "times", target=f"≤ {_number(most)}", ok=times <= most)


def noisy(bench: str, is_noisy: bool, why: str) -> Figure:
    """Whether the bare cost was above twice the known one; said aloud with `why` when it was."""
    if is_noisy:
        note(f"noisy run: {why}")
    return fact(bench, "noisy_run", float(is_noisy), "")


def show(figures: Sequence[Figure], as_json: bool) -> None:
    """Write the figures to standard output."""
    for line in _json(figures) if as_json else _table(figures):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Say to standard error what is under way, so that the figures stay alone on the other."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _json(figures: Sequence[Figure]) -> list[str]:
    return [json.dumps(asdict(one), ensure_ascii=False, allow_nan=False) for one in figures]


def _table(figures: Sequence[Figure]) -> list[str]:
    rows = [("bench", "figure", "value", "unit", "floor", "ratio", "target", "")]
    for one in figures:
        rows.append(
            (
                one.bench,
                one.figure,
                _number(one.value),
                one.unit,
                _number(one.floor),
                "" if one.ratio is None else f"{one.ratio:.2f}",
                one.target,
                {True: "ok", False: "MISSED", None: ""}[one.ok],
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = (2, 4, 5)
    return [
        "  ".join(
            cell.rjust(widths[i]) if i in right else cell.ljust(widths[i])
            for i, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value and abs(value) < 10:
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return f"{value:,.0f}"
