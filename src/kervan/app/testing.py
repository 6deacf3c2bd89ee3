"""`kervan test` and `kervan library`: stories played without a service, and journeys ready-made."""

import argparse
from pathlib import Path

import msgspec

from kervan.app.texts import TextNotValid
from kervan.journeys import ready
from kervan.journeys.tested import suite, tell
from kervan.journeys.tested.judge import Result
from kervan.journeys.tested.suite import Unreadable
from kervan.kernel import clock, i18n, log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import NotValid


def test(config: Config, arguments: argparse.Namespace) -> int:
    """A line per story, and all of it where it is not as expected; status 1 if one is not."""
    began = clock.monotonic()
    count = good = 0
    try:
        for path in suite.files(arguments.files):
            results = suite.run(path)
            count += len(results)
            good += sum(not one.failures for one in results)
            _say(path, results, config.locale, as_json=arguments.json)
    except Unreadable as found:
        log.say(_said(found, config.locale))
        return 1
    if not arguments.json:
        facts: dict[str, object] = {
            "count": count, "good": good, "bad": count - good,
            "milliseconds": round((clock.monotonic() - began) * 1_000),
        }  # fmt: skip
        log.say(i18n.say("journeys.tested_summary", config.locale, **facts))
    return 0 if good == count else 1


def ready_made(config: Config, arguments: argparse.Namespace) -> int:
    """All ready-made journeys, a line each; or the files of one, written out."""
    if not arguments.key:
        for one in ready.every():
            facts = {
                "key": one.key, "name": one.journey.header.name,
                "steps": len(one.journey.nodes), "channels": ", ".join(one.channels()),
            }  # fmt: skip
            log.say(i18n.say("journeys.library_one", config.locale, **facts))
        return 0
    folder = arguments.folder or Path(arguments.key)
    for place in ready.write(ready.one(arguments.key), folder):
        log.say(str(place))
    log.say(i18n.say("journeys.library_next", config.locale, folder=folder))
    return 0


def _say(path: Path, results: list[Result], locale: str, *, as_json: bool) -> None:
    for one in results:
        if not as_json:
            for line in tell.lines(one, str(path), locale):
                log.say(line)
            continue
        told = {
            "file": str(path), "line": one.line, "name": one.name, "ok": not one.failures,
            "failures": [
                {"line": each.line, "code": each.code, "what": each.what(locale)}
                for each in one.failures
            ],
            "story": tell.story(one.told, one.zone, locale),
        }  # fmt: skip
        log.say(msgspec.json.encode(told).decode())


def _said(found: Unreadable, locale: str) -> str:
    error: KervanError = found.error
    if isinstance(error, NotValid) and found.place is not None:
        error = TextNotValid(error, found.place)
    facts = {"path": found.path, "what": error.say(locale)}
    return i18n.say("journeys.tested_in_file", locale, **facts)
