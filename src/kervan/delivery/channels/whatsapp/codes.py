"""What the error codes of Meta's Cloud API mean, in an answer and in a receipt alike.

[doc] developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (as of
15 May 2026); where a line says so, [3rd] pywa.errors (github.com/david-lev/pywa, read 2026-11).
"""

from kervan.delivery.channels.channel import Fate, Problem

PAIR_SECONDS = 6.0
"""How long 131056 asks to wait: about a message in six seconds to one person [3rd]."""
PAIR = 131056
UNSURE = frozenset({1})
"""An invalid request or perhaps a server error, the page says: whether it was taken, nobody."""

_ACCOUNT = (
    0, 3, 10, 190,  # the token, and what it may do
    33,  # our number is deleted
    368, 131031,  # restricted or locked for its policy
    131005,  # access denied
    131037,  # the display name is not approved [3rd]
    131042, 131044,  # payment (the second one [3rd])
    131045, 133010,  # our number is not registered
)  # fmt: skip
_THROTTLED = (
    4, 80007,  # calls of the app, of the account
    130429,  # messages a second of our number
    131048,  # too many were blocked or reported
    131064,  # the messaging limit [3rd]
)  # fmt: skip
_SERVER = (
    PAIR,  # one reader only must wait: nobody else's messages rest with hers
    2, 131016,  # down or overloaded
    131000,  # failed to send, unknown why: "try again"
    131057,  # our number is being upgraded
    133004,
)  # fmt: skip
_CONTENT = (
    100, 131008, 131009, 135000,  # parameters
    130472,  # marketing is kept from her by Meta's experiment
    130497,  # not to that country; others may go
    131021,  # our own number
    131030,  # a test number, and she is not on its list
    131049,  # enough marketing for her today; another try within a day fails again
    131051, 131052, 131053,  # kind of message, media
    131062,  # this template cannot go to a BSUID
    131063,  # marketing templates are switched off here [3rd]
    132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132068, 132069,  # templates
)  # fmt: skip
_MEANING = {
    **dict.fromkeys(_ACCOUNT, Problem.ACCOUNT),
    **dict.fromkeys(range(200, 300), Problem.ACCOUNT),  # permissions
    **dict.fromkeys(_THROTTLED, Problem.THROTTLED),
    **dict.fromkeys(_SERVER, Problem.SERVER),
    **dict.fromkeys(_CONTENT, Problem.CONTENT),
    # Not on WhatsApp, or old terms, or an old app: the page does not say which, so not for good.
    131026: Problem.NONE,
    131047: Problem.WINDOW,
    131050: Problem.REFUSED,  # she stopped marketing from us
}
_LATER = frozenset({Problem.ACCOUNT, Problem.THROTTLED, Problem.SERVER})


def meaning(code: int) -> Problem | None:
    """What a code of Meta's says, None for one that is not known here."""
    return _MEANING.get(code)


def fate(problem: Problem) -> Fate:
    """What becomes of a message that Meta answered with a code of this meaning: none was sent."""
    return Fate.DEFERRED if problem in _LATER else Fate.REJECTED
