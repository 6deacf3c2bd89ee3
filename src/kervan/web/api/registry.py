"""The registry of commercial messages (İYS): how each account stands, and an exchange at once."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.consent import packs
from kervan.consent.registry import account as accounts
from kervan.consent.registry import ask
from kervan.kernel.errors import KervanError
from kervan.web import audit
from kervan.web.api.accept import Text
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/registry", tags=["consent"])
_OPEN = ("waiting", "sending", "pending", "doubt")


class Troubled(BaseModel):
    """A word the registry refused, or that is late: its place in the ledger, never an address.

    `type` and `status` are the registry's own; after `due_at` a consent becomes worthless.
    """

    id: int
    position: int
    type: str
    status: str
    given_at: datetime
    due_at: datetime
    state: str
    reason: str


class RegistryAccount(BaseModel):
    """A brand's way to the registry: what waits, what it took or refused, and the last exchange.

    `failures` counts the calls in a row that failed, the last of them with `problem`; until
    `resumes_at` it is left alone then. `late` words are near the end of their term.
    """

    brand: str
    provider: str
    created_at: datetime
    waiting: int
    taken: int
    refused: int
    late: int
    pulled_at: datetime | None
    ledger_place: int
    failures: int
    problem: str
    resumes_at: datetime | None
    troubled: list[Troubled]


class Registry(BaseModel):
    """All accounts; `needed` says that the law of the workspace knows such a registry."""

    needed: bool
    accounts: list[RegistryAccount]


@router.get("", dependencies=[right("consent.read")])
def registry(request: Request) -> Registry:
    """How every account at the registry stands."""
    mine = house(request)
    with mine.connection() as conn:
        found = [
            _told(one, ask.overview(conn, one.brand), accounts.progress(conn, one.brand))
            for one in accounts.accounts(conn, mine.keys)
        ]
    return Registry(
        needed=packs.needs_registry(packs.of_country(mine.config.country)), accounts=found
    )


@router.post("/exchange", status_code=204, dependencies=[right("consent.write")])
def exchange(request: Request, brand: Text = "") -> None:
    """Tell and ask the registry at once, without waiting for the next turn.

    The worker does it within seconds. Raises consent.registry_no_account (404).
    """
    mine = house(request)
    with mine.connection() as conn:
        if brand not in [one.brand for one in accounts.accounts(conn, mine.keys)]:
            raise KervanError("consent.registry_no_account", status=404, brand=brand[:60])
        accounts.hurry(conn, brand)
        audit.record(conn, request, "registry.hurried", brand=brand)


def _told(one: accounts.Account, overview: ask.Overview, now: accounts.Progress) -> RegistryAccount:
    counts = overview.counts
    return RegistryAccount(
        brand=one.brand,
        provider=one.provider,
        created_at=one.created_at,
        waiting=sum(counts.get(state, 0) for state in _OPEN),
        taken=counts.get("done", 0),
        refused=counts.get("refused", 0) + counts.get("worthless", 0),
        late=overview.late,
        pulled_at=now.pulled_at,
        ledger_place=now.ledger_place,
        failures=now.failures,
        problem=now.problem,
        resumes_at=now.resume_at if now.failures else None,
        troubled=[
            Troubled(
                id=row, position=event, type=kind, status=status, given_at=given, due_at=due,
                state=state, reason=reason,
            )
            for row, event, kind, status, given, due, state, reason in overview.troubled
        ],
    )  # fmt: skip
