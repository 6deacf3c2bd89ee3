"""Says what an erasure did, where and when: as data, and as sentences for the person."""

from typing import Any

from kervan.consent.registry import hold
from kervan.delivery.audiences import erase as audiences
from kervan.kernel import sql
from kervan.kernel.i18n import say
from kervan.kernel.postgres import Connection
from kervan.privacy import erase
from kervan.privacy.erase import Erasure

_SQL = sql.load(__package__, "receipt.sql")


def receipt(conn: Connection, one: Erasure, locale: str) -> dict[str, Any]:
    """The receipt of an erasure, complete or not; holds no personal data.

    `kept` counts what stays by law: rows of the consent ledger (hashes only) and suppressions.
    """
    done = erase.steps(conn, one)
    kept = conn.execute(_SQL.kept, {"people": one.people or [one.head]}).fetchone()
    assert kept is not None
    facts: dict[str, Any] = {
        "receipt": str(one.id),
        "person": str(one.person_id),
        "request": str(one.request) if one.request else None,
        "begun_at": one.started_at.isoformat(),
        "finished_at": one.finished_at.isoformat() if one.finished_at else None,
        "steps": [
            {
                "step": step,
                "done_at": at.isoformat(),
                "rows": rows,
                "what": say(f"privacy.step_{step}", locale, rows=rows),
            }
            for step, (at, rows) in done.items()
        ],
        "kept": {"consent_events_by_hash": kept[0], "suppressions_by_hash": kept[1]},
        "replay_copies_expire_on": None
        if erase.COPIES in done or one.copies_until is None
        else one.copies_until.isoformat(),
    }
    told = hold.of_people(conn, one.people or [one.head], one.started_at)
    facts["registry"] = {
        "refusals_told": told.told,
        "refusals_waiting": told.waiting,
        "address_sealed_until": told.held_until.isoformat() if told.held_until else None,
        "refusals_given_up": told.given_up,
    }
    places = audiences.of_people(conn, one.people or [one.head])
    facts["audiences"] = {
        "removals_told": places.told,
        "removals_waiting": places.waiting,
        "hashes_sealed_until": places.held_until.isoformat() if places.held_until else None,
        "removals_given_up": places.given_up,
    }
    facts["sentences"] = _sentences(facts, one, locale)
    return facts


def _sentences(facts: dict[str, Any], one: Erasure, locale: str) -> list[str]:
    if one.finished_at is None:
        return [say("privacy.receipt_unfinished", locale)]
    said = [say("privacy.receipt_done", locale, day=f"{one.finished_at:%Y-%m-%d}")]
    until = facts["replay_copies_expire_on"]
    word = "privacy.receipt_no_copies" if until is None else "privacy.receipt_copies"
    said.append(say(word, locale, day=until))
    kept = facts["kept"]["consent_events_by_hash"]
    said.append(say("privacy.receipt_kept", locale, count=kept))
    told = facts["registry"]
    if until := told["address_sealed_until"]:
        count = told["refusals_waiting"]
        said.append(say("privacy.receipt_registry_waits", locale, count=count, day=until[:10]))
    if count := told["refusals_given_up"]:
        said.append(say("privacy.receipt_registry_given_up", locale, count=count))
    places = facts["audiences"]
    if count := places["removals_told"]:
        said.append(say("privacy.receipt_audiences", locale, count=count))
    if until := places["hashes_sealed_until"]:
        count = places["removals_waiting"]
        said.append(say("privacy.receipt_audiences_wait", locale, count=count, day=until[:10]))
    if count := places["removals_given_up"]:
        said.append(say("privacy.receipt_audiences_given_up", locale, count=count))
    return said
