"""`kervan consent`: prove the ledger, and show what allowed one message."""

import argparse
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import psycopg

from kervan.app import ground
from kervan.consent import packs, prove, verify
from kervan.consent.registry import fresh
from kervan.delivery import read as messages
from kervan.delivery.states import MARKETING
from kervan.engines import hold, supervise
from kervan.engines.doctor import Finding
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_log = log.get("doctor")


def consent(config: Config, arguments: argparse.Namespace) -> int:
    """Run `consent verify`, `consent prove` or `consent rules`."""
    if arguments.action == "rules":
        return _rules(arguments)
    with supervise.attached(config) as ready:
        keys = ground.vault_of(ready).workspace(ready.workspace)
        with postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn:
            if arguments.action == "verify":
                return _verify(conn, keys, config.locale, arguments)
            return _prove(conn, keys, config, arguments)


def _rules(arguments: argparse.Namespace) -> int:
    for name, fact in packs.packs()[arguments.place].facts.items():
        told = msgspec.json.encode(
            {"fact": name, "value": fact.value, "checked": fact.checked, "source": fact.source}
        ).decode()
        value = msgspec.json.encode(fact.value).decode()
        plain = f"{name} = {value}\n    [{fact.checked}] {fact.source}"
        log.say(told if arguments.json else plain)
    return 0


def findings(config: Config) -> list[Finding]:
    """For `kervan doctor`: whether the registry of the workspace's law is connected.

    A workspace without one sends all the same; somebody should know it. Empty where the law
    knows none, and while the database is away or not prepared, which others say.
    """
    note = hold.read_note(config.data) if hold.is_held(config.data) else {}
    url = config.postgres_url or note.get("postgres_url", "")
    if not url or not packs.needs_registry(packs.of_country(config.country)):
        return []
    try:
        with postgres.connect(url, workspace=config.workspace) as conn:
            connected = fresh.known_facts(conn, "") is not None
    except psycopg.Error as error:
        _log.warning("registry_not_looked_at", error=type(error).__name__)
        return []
    return [Finding("consent.doctor_registry" if connected else "consent.doctor_no_registry", True)]


def _noted(text: str) -> tuple[int, bytes] | None:
    if not text:
        return None
    place, _, digest = text.partition(":")
    try:
        return int(place), bytes.fromhex(digest)
    except ValueError:
        raise KervanError("consent.noted_unreadable", given=text[:80]) from None


def _verify(
    conn: Connection, keys: WorkspaceVault, locale: str, arguments: argparse.Namespace
) -> int:
    noted = _noted(arguments.noted)
    conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # one picture of it all
    report = verify.verify(conn, keys, noted)
    conn.rollback()
    conn.isolation_level = None
    if report.sound and verify.checkpoint(conn, keys, clock.now()):
        conn.commit()
        report.signed_to = report.position
    if arguments.json:
        log.say(msgspec.json.encode(_as_json(report)).decode())
        return 0 if report.sound else 1
    for one in report.findings:
        log.say("WRONG " + i18n.say(one.code, locale, position=one.position, fact=one.fact))
    facts: dict[str, Any] = {
        "rows": report.rows, "position": report.position, "hash": report.hash.hex(),
        "signed_to": report.signed_to, "forgotten": report.forgotten,
        "count": len(report.findings),
    }  # fmt: skip
    log.say(i18n.say("consent.verified" if report.sound else "consent.broken", locale, **facts))
    return 0 if report.sound else 1


def _as_json(report: verify.Report) -> dict[str, Any]:
    return {
        "sound": report.sound,
        "rows": report.rows,
        "end": f"{report.position}:{report.hash.hex()}",
        "signed_to": report.signed_to,
        "forgotten_proofs": report.forgotten,
        "findings": [one._asdict() for one in report.findings],
    }


def _prove(
    conn: Connection, keys: WorkspaceVault, config: Config, arguments: argparse.Namespace
) -> int:
    found = messages.consent_of(conn, arguments.message)
    if found is None:
        raise KervanError("consent.message_unknown", status=404, given=arguments.message)
    evidence = prove.evidence(conn, keys, found.consent_event) if found.consent_event else None
    if arguments.json:
        told = {"message": str(arguments.message), "state": found.state.name.lower(),
                "class": found.message_class, "topic": found.topic, "brand": found.brand,
                "reason": found.reason, "why": _why(found, config),
                "consent": _facts(evidence, config) if evidence else None}  # fmt: skip
        log.say(msgspec.json.encode(told).decode())
    else:
        for line in _told(arguments, found, evidence, config):
            log.say(line)
    return 0 if evidence is None or evidence.intact else 1


def _told(
    arguments: argparse.Namespace,
    found: messages.Permitted,
    evidence: prove.Evidence | None,
    config: Config,
) -> list[str]:
    handed = _local(found.handed_at, config.timezone) if found.handed_at else "–"
    lines = [
        i18n.say(
            "consent.prove_message", config.locale, message=arguments.message,
            channel=found.channel, message_class=found.message_class,
            state=found.state.name.lower(), handed=handed,
        )
    ]  # fmt: skip
    if found.topic or found.brand:
        about = {"topic": found.topic or "–", "brand": found.brand or "–"}
        lines.append(i18n.say("consent.prove_about", config.locale, **about))
    if evidence is not None and found.reason:
        why = {"reason": found.reason, "why": _why(found, config)}
        lines.append(i18n.say("consent.prove_held", config.locale, **why))
    if evidence is None:
        wants = found.message_class == MARKETING
        code = "consent.prove_nothing" if wants else "consent.prove_not_needed"
        lines.append(i18n.say(code, config.locale, reason=found.reason or "–"))
        return lines
    for name, value in _facts(evidence, config).items():
        if value not in (None, "", 0):
            shown = value if isinstance(value, str | int) else msgspec.json.encode(value).decode()
            lines.append(f"  {i18n.say(f'consent.fact_{name}', config.locale)}: {shown}")
    return lines


def _why(found: messages.Permitted, config: Config) -> str:
    return i18n.say(found.reason, config.locale) if found.reason else ""


def _facts(evidence: prove.Evidence, config: Config) -> dict[str, Any]:
    event, notice = evidence.event, evidence.notice
    said = i18n.say(f"consent.is_{event.status}", config.locale)
    checked = "consent.intact" if evidence.intact else "consent.not_intact"
    return {
        "place": f"{event.id} / {evidence.end}",
        "word": f"{said} ({event.channel}, {event.purpose})",
        "topic": event.topic,
        "brand": event.brand,
        "occurred_at": _local(event.occurred_at, config.timezone),
        "recorded_at": _local(event.recorded_at, config.timezone),
        "expires_at": _local(event.expires_at, config.timezone) if event.expires_at else "",
        "source": event.source,
        "actor": event.actor,
        "legal_basis": event.legal_basis,
        "jurisdiction": event.jurisdiction,
        "contact": f"{event.contact_kind} {event.contact.hex}",
        "notice_name": event.notice_name,
        "notice": f"{notice.key}/{notice.version}/{notice.language}" if notice else "",
        "notice_sha256": notice.sha256.hex() if notice else "",
        "notice_text": notice.text if notice else "",
        "proof": evidence.proof,
        "proof_sha256": event.proof_sha256.hex() if event.proof_sha256 else "",
        "prev_hash": event.prev_hash.hex(),
        "hash": event.hash.hex(),
        "checked": i18n.say(checked, config.locale),
        "signed_by": (
            f"{evidence.signed_by[0]}, {_local(evidence.signed_by[1], config.timezone)}"
            if evidence.signed_by
            else ""
        ),
        "overruled_by": evidence.overruled_by,
    }


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="seconds")
