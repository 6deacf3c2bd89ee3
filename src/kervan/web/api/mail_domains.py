"""The domains mail leaves from: which records should stand, and what the name servers say."""

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.delivery import accounts
from kervan.delivery.mail import sending_domain
from kervan.kernel import i18n
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/mail/domains", tags=["mail"])
_AT_ONCE = 8


class Record(BaseModel):
    """One record: what should stand at `name`, what does, and what that means.

    `unanswered` says that no name server answered, which says nothing of the record; `unknown` that
    only the provider knows what should stand.
    """

    kind: Literal["spf", "dkim", "dmarc"]
    name: str
    state: Literal["good", "missing", "wrong", "unanswered", "unknown"]
    said: str
    wanted: str
    found: list[str]


class Domain(BaseModel):
    """A domain, and the account that sends from it: "" is the configured mail server."""

    domain: str
    account: str
    provider: str
    records: list[Record]


@router.get("", dependencies=[right("channels.read")])
def domains(request: Request) -> list[Domain]:
    """Every domain mail leaves from, its records looked up now: that takes some seconds."""
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        known = accounts.every(conn, mine.keys)
    found = sending_domain.senders(mine.config, known)
    asked = [(sender, check) for sender in found for check in sending_domain.CHECKS]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        told = list(threads.map(lambda one: one[1](one[0], sending_domain.look_up), asked))
    by = len(sending_domain.CHECKS)
    return [
        Domain(
            domain=one.domain,
            account=one.account,
            provider=one.provider,
            records=[_told(record, locale) for record in told[by * i : by * (i + 1)]],
        )
        for i, one in enumerate(found)
    ]


def _told(one: sending_domain.Record, locale: str) -> Record:
    return Record(
        kind=one.kind,
        name=one.name,
        state=one.state,
        said=i18n.say(f"delivery.domain_{one.why}", locale),
        wanted=one.wanted,
        found=list(one.found),
    )
