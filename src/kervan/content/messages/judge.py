"""Judges a message's variants by what the house has: coupons, segments, products."""

from kervan.content import known
from kervan.content.messages.check import Examined, placed
from kervan.content.messages.problem import MessageNotValid
from kervan.kernel.postgres import Connection


def judged(conn: Connection, examined: Examined) -> Examined:
    """`examined` with what its author should look at again. Raises MessageNotValid."""
    problems, warnings = [], []
    for (channel, language), source in examined.sources.items():
        found = known.judge(conn, source)
        problems += [placed(one, channel, language) for one in found.errors]
        warnings += [placed(one, channel, language) for one in found.warnings]
    if problems:
        raise MessageNotValid(problems)
    return Examined(examined.sources, [*examined.warnings, *warnings])
