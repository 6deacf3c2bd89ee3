"""Writes down how many escapes from the rules of the house are left; the numbers only fall."""

import sys

from tests.house import escapes, tree

HEAD = """# How many escapes from each rule the project holds (tests/house/escapes.py counts them).
# A number may only fall: `make ratchet` writes it when it has.

[escapes]
"""


def main() -> int:
    """Write the ratchet file; 1 if a count has risen since an earlier commit, else 0."""
    counted = escapes.count(tree.files())
    risen = escapes.raised(counted, escapes.earlier_limits())
    if risen:
        print("\n".join(risen))
        return 1
    text = HEAD + "".join(f'"{rule}" = {number}\n' for rule, number in counted.items())
    (tree.ROOT / escapes.RATCHET).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
