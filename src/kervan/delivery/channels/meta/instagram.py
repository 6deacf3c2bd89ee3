"""Instagram through Meta's Send API: answers to who wrote first, within 24 hours, signed webhooks.

[doc] messenger-platform/instagram/features and overview/rate-limiting: 300 texts a second. The
limit of 1000 bytes is [mem].
"""

import msgspec

from kervan.delivery.channels.channel import Capabilities, Hook, Line, Provider, Request, Secret
from kervan.delivery.channels.meta import send_api
from kervan.delivery.channels.meta.send_api import Account, Hooked, SendApi
from kervan.kernel.http import Client

_CHANNEL = "instagram"
MOST_BYTES = 1000
"""A text has at most 1000 bytes of UTF-8."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A professional account: its id, a token of its page, the app's secret, its name without @.

    `verify_token` is a word of our own that is written into the app's webhook settings too.
    """

    account_id: str
    access_token: Secret
    app_secret: Secret
    verify_token: Secret
    username: str = ""
    api_version: str = "v23.0"
    base_url: str = "https://graph.facebook.com"


def read(settings: Settings, request: Request) -> Hook:
    """News of this account. Raises delivery.hook_forged and delivery.hook_unreadable."""
    mine = Hooked(
        _CHANNEL, "instagram", settings.account_id, settings.app_secret, settings.verify_token
    )
    return send_api.read(mine, request)


def invite(settings: Settings, word: str) -> str:
    """Opens the chat; the word comes back as referral.ref. "" while nobody said our name there."""
    return f"https://ig.me/m/{settings.username}?ref={word}" if settings.username else ""


def takes(address: str) -> bool:
    """Whether it is a chat on Instagram."""
    return bool(send_api.chat_in(address, _CHANNEL))


def _fits(text: str) -> bool:
    return len(text.encode("utf-8", "replace")) <= MOST_BYTES


def _open(settings: Settings, client: Client) -> Line:
    send_api.check(
        _CHANNEL, id_=settings.account_id, token=settings.access_token, secret=settings.app_secret,
        word=settings.verify_token, version=settings.api_version,
    )  # fmt: skip
    account = Account(
        _CHANNEL, settings.account_id, settings.access_token, settings.api_version,
        settings.base_url, _fits,
    )  # fmt: skip
    return SendApi(account, client)


PROVIDER = Provider(
    name="instagram",
    channel="instagram",
    settings=Settings,
    # [doc] rate limits of the Send API: 300 texts a second for an account.
    capabilities=Capabilities(receipts=True, per_second=100.0, in_flight=32),
    open=_open,
    read=read,
    takes=takes,
    invite=invite,
)
