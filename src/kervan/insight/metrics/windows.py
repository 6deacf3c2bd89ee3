"""How long after a message an order still belongs to it, by channel: settings of the workspace."""

from dataclasses import dataclass

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "windows.sql")
_DAY, _HOUR = 86_400, 3_600
MOST_SECONDS = 90 * _DAY
SETTLE_DAYS = 7
"""What is heard of a message counts for so many days after it was sent, or the longest window."""


@dataclass(frozen=True, slots=True)
class Window:
    """Of one channel: seconds after a human's click, and after a delivery alone; 0 is never."""

    channel: str
    click_seconds: int
    delivered_seconds: int = 0


USUAL = Window("", 5 * _DAY)
"""Of every channel that is not named."""
_NAMED = (
    Window("email", 5 * _DAY),
    Window("sms", _DAY, 12 * _HOUR),
    Window("whatsapp", 5 * _DAY),
    Window("push", 5 * _DAY),
    Window("web_push", 5 * _DAY),
)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows in force; `settle_ms` is how long what is heard of a message counts."""

    named: tuple[Window, ...] = _NAMED

    @property
    def longest_ms(self) -> int:
        """The longest of them all."""
        each = [max(one.click_seconds, one.delivered_seconds) for one in (*self.named, USUAL)]
        return max(each) * 1000

    @property
    def settle_ms(self) -> int:
        """How long after a message was sent what is heard of it counts."""
        return max(SETTLE_DAYS * _DAY * 1000, self.longest_ms)

    def asked(self) -> dict[str, object]:
        """The parameters that the statements of sales.sql and letters.sql take of them."""
        return {
            "channels": [one.channel for one in self.named],
            "click_ms": [one.click_seconds * 1000 for one in self.named],
            "delivered_ms": [one.delivered_seconds * 1000 for one in self.named],
            "usual_ms": USUAL.click_seconds * 1000,
            "silent": [one.channel for one in self.named if one.delivered_seconds],
            "longest_ms": self.longest_ms,
            "settle_ms": self.settle_ms,
        }


def in_force(conn: Connection) -> Windows:
    """The windows of the workspace, the usual ones where nobody set others."""
    known = {one.channel: one for one in _NAMED}
    known |= {row[0]: Window(*row) for row in conn.execute(_SQL.all).fetchall()}
    return Windows(tuple(known[channel] for channel in sorted(known)))


def put(conn: Connection, wanted: Window) -> None:
    """Set a channel's windows, in the caller's transaction. Raises insight.window_wrong (422)."""
    longest = max(wanted.click_seconds, wanted.delivered_seconds)
    if min(wanted.click_seconds, wanted.delivered_seconds) < 0 or longest > MOST_SECONDS:
        raise KervanError("insight.window_wrong", status=422, most=MOST_SECONDS // _DAY)
    conn.execute(
        _SQL.put,
        {
            "channel": wanted.channel,
            "click": wanted.click_seconds,
            "delivered": wanted.delivered_seconds,
        },
    )
