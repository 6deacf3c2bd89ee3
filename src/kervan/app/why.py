"""`kervan why`: why a message went or not, or somebody is in a journey or never entered it."""

import argparse
from uuid import UUID

import msgspec

from kervan.app import privacy, sending
from kervan.journeys.why import gather
from kervan.journeys.why import say as words
from kervan.kernel import log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.privacy import whom
from kervan.profiles import decisions
from kervan.web import audit


def why(config: Config, arguments: argparse.Namespace) -> int:
    """Say why, of a message by its id, or of a journey and a person."""
    if arguments.person:
        return _journey(config, arguments)
    try:
        arguments.message = UUID(arguments.subject)
    except ValueError:
        raise KervanError("journeys.why_of_whom", subject=arguments.subject) from None
    return sending.why(config, arguments)


def _journey(config: Config, arguments: argparse.Namespace) -> int:
    with privacy.desk(config) as mine:
        person = whom.head(mine.conn, mine.keys, mine.config.country, arguments.person)
        story = gather.why(mine.conn, mine.history, arguments.subject, person, config.timezone)
        seen = [str(one) for one in decisions.ids(mine.conn, [person]).values()]
        audit.write(mine.conn, mine.config.workspace, "people.revealed", {"people": seen})
        mine.conn.commit()
    locale = arguments.language or config.locale
    if arguments.json:
        told = words.plain(story, locale, config.timezone)
        log.say(msgspec.json.encode(told, enc_hook=str).decode())
    else:
        log.say(words.say(story, locale, config.timezone))
    return 0
