"""Short messages as the air knows them: alphabets, parts, headers, and what a text costs.

Pure functions, nothing here sends. `count` says what a text costs under a sender's `Rules` and
gives it folded; `encode` writes what was counted; `decode` reads what comes back.
"""

from kervan.kernel.gsm.alphabet import Mode
from kervan.kernel.gsm.counting import Count, Rules, compare, count
from kervan.kernel.gsm.decoding import decode, join
from kervan.kernel.gsm.encoding import MOST_PARTS, Part, encode, packed
from kervan.kernel.gsm.folding import Fold, fold, normal
from kervan.kernel.gsm.headers import Joining, Place

__all__ = [
    "MOST_PARTS",
    "Count",
    "Fold",
    "Joining",
    "Mode",
    "Part",
    "Place",
    "Rules",
    "compare",
    "count",
    "decode",
    "encode",
    "fold",
    "join",
    "normal",
    "packed",
]
