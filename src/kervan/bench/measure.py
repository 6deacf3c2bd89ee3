"""The benches by name, and the one function behind `kervan bench`."""

from collections.abc import Callable, Mapping

from kervan.bench import (
    broadcast,
    collect,
    collect_single,
    consent,
    console,
    deliver,
    identity,
    journey,
    journeys,
    latency,
    links,
    mail,
    membership,
    rehearse,
    report,
    segments,
)
from kervan.bench.report import Figure
from kervan.kernel import log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

Measure = Callable[..., list[Figure]]
BENCHES: dict[str, Measure] = {
    one.NAME: one.measure
    for one in (
        collect,
        collect_single,
        journey,
        journeys,
        mail,
        latency,
        consent,
        identity,
        links,
        segments,
        membership,
        deliver,
        broadcast,
        rehearse,
        console,
    )
}


def run(
    name: str,
    config: Config,
    *,
    as_json: bool = False,
    scale: int = 1,
    minutes: float = 0,
    benches: Mapping[str, Measure] = BENCHES,
) -> int:
    """Run one of `benches`, or `all`; gives 0 when every target was reached and 1 when not.

    Raises bench.unknown.
    """
    if name != "all" and name not in benches:
        raise KervanError("bench.unknown", 404, name=name, names=", ".join([*benches, "all"]))
    log.setup(config.log_format, "warning", "bench")  # figures and notes only, unless it matters
    good = True
    for one in benches if name == "all" else [name]:
        figures = benches[one](config, scale=scale, minutes=minutes)
        report.show(figures, as_json)
        good = good and all(figure.ok is not False for figure in figures)
    return 0 if good else 1
