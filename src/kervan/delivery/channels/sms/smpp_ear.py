"""News until somebody takes them; a delivery is answered once the news it brought are kept."""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from kervan.delivery.channels.channel import Inbound, News, Receipt
from kervan.delivery.channels.sms import smpp_pdu as pdu
from kervan.delivery.channels.sms.smpp_replies import Replies
from kervan.delivery.channels.sms.smpp_session import Session

_MOST_UNHEARD = 10_000
_LOOK_SECONDS = 2.0

Token = tuple[Session, int]
"""A delivery: the session it came on, and its number there."""


def kept(token: Token | None) -> None:
    """Tell the SMSC that a delivery is safe, if there was one and its session still lives."""
    if token is not None:
        session, sequence = token
        session.answer(pdu.DELIVER_SM, sequence)


class Ear:
    """What an account's binds brought, in order."""

    def __init__(self, replies: Replies) -> None:
        self.closed = False
        self._replies = replies
        self._news: deque[tuple[News, Token | None]] = deque()
        self._given: list[Token | None] = []
        self._fresh = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether nobody seems to listen: the SMSC had better keep what it has."""
        return len(self._news) >= _MOST_UNHEARD

    def tell(self, receipt: Receipt | None, token: Token | None = None) -> None:
        """A receipt; a delivery that brought nothing new is answered at once."""
        if receipt is None:
            kept(token)
        else:
            self._put(receipt, token)

    def read(self, delivered: pdu.Delivered, token: Token) -> None:
        """What somebody wrote; one part of more is answered before the others have come."""
        inbound = self._replies.take(delivered)
        if inbound is None:
            kept(token)
        else:
            self._put(inbound, token)

    async def take(self) -> list[News]:
        """Wait for news and give them away; the former ones are kept, so the SMSC may know."""
        for token in self._given:
            kept(token)
        self._given = []
        while not self._news and not self.closed:
            self._fresh.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._fresh.wait()
            self._bring(self._replies.overdue())
        taken = list(self._news)
        self._news.clear()
        self._given = [token for _, token in taken]
        return [news for news, _ in taken]

    def close(self) -> None:
        """Wait for nothing any more: what is there can still be taken."""
        self.closed = True
        self._bring(self._replies.rest())
        self._fresh.set()

    def _bring(self, replies: Iterable[Inbound]) -> None:
        for one in replies:
            self._put(one, None)

    def _put(self, news: News, token: Token | None) -> None:
        self._news.append((news, token))
        self._fresh.set()
