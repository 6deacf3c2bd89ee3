"""The words of the shop: pools of coupons and their codes."""

from datetime import datetime
from pathlib import Path

from kervan.cli.word import Word


def words(word: Word) -> None:
    """Add them."""
    text = "pools of coupons: list them, set one, add codes of yours, make codes"
    coupon = word("coupon", "coupons:coupon", text)
    actions = coupon.add_subparsers(dest="action", required=True)
    said = "every pool, with its codes counted"
    actions.add_parser("list", help=said, description=said)
    said = "make or change a pool"
    change = actions.add_parser("set", help=said, description=said)
    change.add_argument("key", help="what templates call it")
    change.add_argument("--name", required=True)
    worth = change.add_mutually_exclusive_group(required=True)
    worth.add_argument("--percent", type=int)
    worth.add_argument("--amount-minor", type=int, help="in the smallest unit of --currency")
    worth.add_argument("--words", default="")
    change.add_argument("--currency", default="")
    change.add_argument("--brand", default="", help="whose messages may give it; all without")
    change.add_argument("--most-per-person", type=int)
    for name in ("from", "until"):
        change.add_argument(
            f"--valid-{name}", type=datetime.fromisoformat, metavar="2026-12-01T00:00+03:00"
        )
    said = "add the codes of a file, one a line"
    add = actions.add_parser("add", help=said, description=said)
    add.add_argument("key")
    add.add_argument("file", type=Path)
    said = "make codes; each # of the pattern is a random sign"
    make = actions.add_parser("make", help=said, description=said)
    make.add_argument("key")
    make.add_argument("pattern", help="such as AUTUMN-########")
    make.add_argument("count", type=int)
