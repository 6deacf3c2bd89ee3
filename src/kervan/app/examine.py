"""Says what is wrong, and brings the databases up to date."""

import argparse

from kervan.app import company, consent, ground, mail, registry
from kervan.engines import doctor as examiner
from kervan.engines import supervise
from kervan.kernel import log, migrate, postgres
from kervan.kernel.config import Config

LOOKS = (examiner.examine, consent.findings, company.findings, mail.findings, registry.examine)
"""All that is looked at, by the command and by the console's page of the system."""


def doctor(config: Config, _: argparse.Namespace) -> int:
    """Say what is wrong and what to do; status 1 if anything is."""
    findings = [one for look in LOOKS for one in look(config)]
    for one in findings:
        log.say(f"{'ok   ' if one.ok else 'WRONG'} {one.say(config.locale)}")
    return 0 if all(one.ok for one in findings) else 1


def migrations(config: Config, arguments: argparse.Namespace) -> int:
    """Bring the databases up to date, or (`--check`) say what they lack."""
    with supervise.attached(config) as ready:
        if not arguments.check:
            ground.prepare(ready)
            return 0
        with postgres.connect(ready.postgres_url) as conn:
            missing = migrate.missing(conn, ground.served(conn, ready))
        for name in missing:
            log.say(name)
        return 1 if missing else 0
