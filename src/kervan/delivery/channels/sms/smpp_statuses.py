"""What an SMSC's refusals mean for us: its statuses (SMPP 3.4, 5.1.3) as problems.

A response with a status other than 0 says that the request was not taken (4.4.2), so nothing here
is a doubt.
"""

from kervan.delivery.channels.channel import Fate, Outcome, Problem

QUEUE_FULL = 0x14
_THROTTLED = (QUEUE_FULL, 0x58)  # message queue full, throttling
_ADDRESS = (0x0B,)  # invalid destination address
_CONTENT = (0x01, 0x65, 0x66)  # length, refused for good by the application
# Sender, login, or a field that every message of this account has: so would all be refused.
_ACCOUNT = (
    0x02, 0x03, 0x04, 0x06, 0x07, 0x0A, 0x0D, 0x0E, 0x0F, 0x15, 0x43, 0x48, 0x49, 0x50, 0x51, 0x53,
    0x61, 0x62, 0x63, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4,
)  # fmt: skip
_WRONG_LOGIN = (0x0D, 0x0E, 0x0F, 0x53)
# System error, submit failed, temporary application error, unknown error, and all others.
_PROBLEMS = {
    **dict.fromkeys(_THROTTLED, Problem.THROTTLED),
    **dict.fromkeys(_ADDRESS, Problem.ADDRESS),
    **dict.fromkeys(_CONTENT, Problem.CONTENT),
    **dict.fromkeys(_ACCOUNT, Problem.ACCOUNT),
}
_FINAL = frozenset({Problem.ADDRESS, Problem.CONTENT, Problem.REFUSED, Problem.WINDOW})
_THROTTLED_SECONDS = 1.0


def code_of(status: int) -> str:
    """A status as it is kept: 0x00000058."""
    return f"0x{status:08X}"


def refused(status: int, own: dict[str, Problem]) -> Outcome:
    """The outcome of a submit_sm that was refused; `own` is what this account's codes mean."""
    problem = own.get(code_of(status)) or _PROBLEMS.get(status, Problem.SERVER)
    fate = Fate.REJECTED if problem in _FINAL else Fate.DEFERRED
    wait = _THROTTLED_SECONDS if problem is Problem.THROTTLED else 0.0
    return Outcome(fate, problem, code_of(status), retry_after_seconds=wait)


def unbound(status: int) -> Problem:
    """Why a bind was refused: the login, or something that may pass."""
    if status in _WRONG_LOGIN:
        return Problem.ACCOUNT
    return Problem.THROTTLED if status in _THROTTLED else Problem.LINE
