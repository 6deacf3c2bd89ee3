"""Lets in: a sign-in link for somebody, a token for a program, a write key for a source."""

import argparse

from kervan.app import ground
from kervan.collect import sources
from kervan.engines import supervise
from kervan.kernel import log, postgres
from kervan.kernel.config import Config
from kervan.web import access


def link(config: Config, _: argparse.Namespace) -> int:
    """Print a new one-time sign-in link."""
    with supervise.attached(config) as ready:
        log.say(ground.new_sign_in_link(ready))
    return 0


def token(config: Config, arguments: argparse.Namespace) -> int:
    """Print a new API token."""
    with supervise.attached(config) as ready, postgres.connect(ready.postgres_url) as conn:
        log.say(access.make_token(conn, arguments.name))
    return 0


def source(config: Config, arguments: argparse.Namespace) -> int:
    """Make a source of events and print its write key."""
    with supervise.attached(config) as ready:
        with postgres.connect(ready.postgres_url) as conn:
            key = sources.create(conn, ready.workspace, arguments.name, arguments.kind)
        sources.settle()
    log.say(key)
    return 0
