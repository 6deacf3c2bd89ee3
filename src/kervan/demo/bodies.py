"""Writes the shop's bodies for the import door to its output, a line each: for another process.

`python -m kervan.demo.bodies 2026-11-20` ends the history on that day. What the invoices take of
memory goes with this process; whoever reads slowly is waited for.
"""

import sys
from datetime import date

from kervan.demo import retail


def main(last_day: str) -> None:
    """Each line is how many events a body has, a blank, and the body."""
    days = retail.shift_days(date.fromisoformat(last_day))
    for body, count in retail.bodies(retail.read_lines(), days):
        sys.stdout.buffer.write(b"%d %b\n" % (count, body))


if __name__ == "__main__":
    main(sys.argv[1])
