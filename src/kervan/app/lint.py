"""`kervan lint`: what the linter tells of a message's text, before anybody applies it."""

import argparse

from kervan.app.messages import lint_text
from kervan.engines import supervise
from kervan.kernel import i18n, log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError


def lint(config: Config, arguments: argparse.Namespace) -> int:
    """A line per finding; status 1 where one of them would keep the message back."""
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KervanError("cli.cannot_read", path=arguments.file, problem=str(error)) from None
    with supervise.attached(config) as ready:
        said, is_wrong = lint_text(ready, text, is_live=arguments.live)
    for line in said or [i18n.say("content.lint_clean", config.locale)]:
        log.say(line)
    return 1 if is_wrong else 0
