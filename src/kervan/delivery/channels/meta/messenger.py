"""Messenger through Meta's Send API: a page answers who wrote first, within 24 hours.

[doc] messenger-platform/reference/send-api: 2000 characters; reference/webhook-events: deliveries
name their messages, reads only a time, by which no message is told.
"""

import msgspec

from kervan.delivery.channels.channel import Capabilities, Hook, Line, Provider, Request, Secret
from kervan.delivery.channels.meta import send_api
from kervan.delivery.channels.meta.send_api import Account, Hooked, SendApi
from kervan.kernel.http import Client

_CHANNEL = "messenger"
MOST_CHARACTERS = 2000
"""So long a text may be."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A Facebook page: its id, a token of it, the app's secret, its name as in m.me/name.

    `verify_token` is a word of our own that is written into the app's webhook settings too.
    """

    page_id: str
    access_token: Secret
    app_secret: Secret
    verify_token: Secret
    username: str = ""
    api_version: str = "v23.0"
    base_url: str = "https://graph.facebook.com"


def read(settings: Settings, request: Request) -> Hook:
    """News of this account. Raises delivery.hook_forged and delivery.hook_unreadable."""
    mine = Hooked(_CHANNEL, "page", settings.page_id, settings.app_secret, settings.verify_token)
    return send_api.read(mine, request)


def invite(settings: Settings, word: str) -> str:
    """Opens the chat; the word comes back as referral.ref. "" while nobody said our name there."""
    return f"https://m.me/{settings.username}?ref={word}" if settings.username else ""


def takes(address: str) -> bool:
    """Whether it is a chat on Messenger."""
    return bool(send_api.chat_in(address, _CHANNEL))


def _fits(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS


def _open(settings: Settings, client: Client) -> Line:
    send_api.check(
        _CHANNEL, id_=settings.page_id, token=settings.access_token, secret=settings.app_secret,
        word=settings.verify_token, version=settings.api_version,
    )  # fmt: skip
    account = Account(
        _CHANNEL, settings.page_id, settings.access_token, settings.api_version,
        settings.base_url, _fits,
    )  # fmt: skip
    return SendApi(account, client)


PROVIDER = Provider(
    name="messenger",
    channel="messenger",
    settings=Settings,
    # [doc] overview/rate-limiting: 300 texts a second for a page.
    capabilities=Capabilities(receipts=True, per_second=100.0, in_flight=32),
    open=_open,
    read=read,
    takes=takes,
    invite=invite,
)
