"""Speaks to the registry of commercial messages (İYS) for a workspace: one process, step by step.

A transaction ends before every call and after it: what is about to be sent is on disk before it
leaves, and what came back is on disk before the next call.
"""

import threading
from collections.abc import Callable
from datetime import datetime

from kervan.consent import deadlines
from kervan.consent.registry import account as accounts
from kervan.consent.registry import ask, doubt, outbox, pull, take
from kervan.consent.registry.account import Account, Progress
from kervan.consent.registry.port import Entry, Held, InDoubt, NotAble, NotTaken, Port
from kervan.kernel import clock, log
from kervan.kernel.beside import Beside
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import REFUSALS, Connection

_log = log.get("registry")
_IDLE_SECONDS = 1.0
_REFUSED_SECONDS = 60.0
_TAKE = 5_000
_ASK_MOST = 1_000

Told = tuple[bytes, str, str, Held]


class Speaker:
    """Speaks on `conn`, a connection of its own, for every account of the workspace."""

    def __init__(
        self,
        conn: Connection,
        vault: WorkspaceVault,
        until: take.Deadline = deadlines.in_turkey,
        open_port: Callable[[Account], Port] = Account.open,
    ) -> None:
        self._conn = conn
        self._vault = vault
        self._deadline = until
        self._open_port = open_port
        self._ports: dict[str, tuple[Account, Port]] = {}
        self._sizes: dict[str, int] = {}
        self._speaking = False

    def close(self) -> None:
        """Close the connections to the registry and let another process speak."""
        for _, port in self._ports.values():
            port.close()
        self._ports = {}
        if self._speaking:
            outbox.stop_speaking(self._conn)
            self._conn.commit()
            self._speaking = False

    def step(self, at_ms: int) -> bool:
        """One call at most for each account; True when there is more to do at once.

        False also while another process speaks for this workspace.
        """
        if not self._speaking:
            self._speaking = outbox.be_speaker(self._conn)
            self._conn.commit()
            if not self._speaking:
                return False
        at = clock.from_ms(at_ms)
        more = False
        found = accounts.accounts(self._conn, self._vault)
        self._conn.commit()
        for one in found:
            more = self._speak(one, at) or more
        return more

    def _speak(self, account: Account, at: datetime) -> bool:
        outbox.recover(self._conn, account, at)
        progress = accounts.progress(self._conn, account.brand)
        taken = take.take(self._conn, account, progress, self._deadline, at, _TAKE)
        outbox.alarm(self._conn, account, at)
        self._conn.commit()
        if progress.resume_at > at:
            return False
        port = self._port(account)
        try:
            for work in (self._hear, self._clear, self._answer, self._push, self._pull):
                if work(account, progress, port, at):
                    accounts.worked(self._conn, account)
                    self._conn.commit()
                    return True
        except (NotTaken, InDoubt, KervanError) as error:
            problem = _word(error)
            self._conn.rollback()
            accounts.failed(self._conn, account, problem, at)
            _log.warning("registry_call_failed", brand=account.brand, problem=problem)
        self._conn.commit()
        return taken == _TAKE

    def _port(self, account: Account) -> Port:
        known = self._ports.get(account.brand)
        if known is not None and known[0] == account:
            return known[1]
        if known is not None:
            known[1].close()
        port = self._open_port(account)
        self._ports[account.brand] = (account, port)
        return port

    def _hear(self, account: Account, _: Progress, port: Port, at: datetime) -> bool:
        """Ask for the results of one request whose turn it is."""
        due = outbox.due_request(self._conn, account, at)
        if due is None:
            return False
        request, sent_at = due
        self._conn.commit()
        try:
            told = port.results(request)
        except InDoubt as error:
            if str(error) != "request_unknown":
                raise
            outbox.lost_request(self._conn, account, request, str(error), at)
            return True
        except NotAble:
            outbox.lost_request(self._conn, account, request, "no_results", at)
            return True
        outbox.settle_request(self._conn, account, request, sent_at, told, at)
        return True

    def _clear(self, account: Account, progress: Progress, port: Port, at: datetime) -> bool:
        """Ask about what may or may not have been recorded."""
        can_check = port.limits.recipients > 0
        if can_check and progress.next_check_at > at:
            return False
        count = port.limits.recipients or _ASK_MOST
        some = doubt.doubts(self._conn, self._vault, account, at, count)
        if not some:
            return False
        held = self._check(account, port, [one.row for one in some], at) if can_check else None
        doubt.clear_doubts(self._conn, account, some, held, at)
        return True

    def _answer(self, account: Account, progress: Progress, port: Port, at: datetime) -> bool:
        """Ask about addresses somebody needs a fresh state of."""
        if not port.limits.recipients or progress.next_check_at > at:
            return False
        kind, who, found = ask.wanted(self._conn, self._vault, account, port.limits.recipients)
        if not found:
            return False
        rows = [
            outbox.Row(0, contact, Entry(recipient, kind, who, "", None, ""))
            for recipient, contact in found.items()
        ]
        self._check(account, port, rows, at)
        ask.answered(self._conn, account, [(contact, kind, who) for contact in found.values()])
        return True

    def _push(self, account: Account, progress: Progress, port: Port, at: datetime) -> bool:
        """Send the words that wait, or ask about those that would be refused."""
        if progress.next_submit_at > at:
            return False
        most = port.limits.entries
        size = min(self._sizes.get(account.brand, most), most)
        can_check = port.limits.recipients > 0
        claimed = outbox.claim(self._conn, self._vault, account, at, size, can_check=can_check)
        if claimed.send:
            self._send(account, port, claimed.send, at)
            self._sizes[account.brand] = min(size * 2, most)
            return True
        if claimed.ask and progress.next_check_at <= at:
            first = claimed.ask[0].entry
            alike = [
                one
                for one in claimed.ask
                if (one.entry.type, one.entry.recipient_type) == (first.type, first.recipient_type)
            ]
            self._check(account, port, alike[: port.limits.recipients], at)
            return True
        return claimed.ended > 0

    def _send(self, account: Account, port: Port, rows: list[outbox.Row], at: datetime) -> None:
        known = account.facts
        wait = known.number("single_gap_seconds" if len(rows) == 1 else "batch_gap_seconds")
        accounts.gap(self._conn, account, "submitted", wait, at)
        self._conn.commit()  # from here on it may have gone out
        try:
            answers = port.submit([one.entry for one in rows])
        except (NotTaken, KervanError) as error:
            outbox.not_taken(self._conn, rows, _word(error), at)
            self._conn.commit()
            if str(error).startswith("batch_"):
                # One of them refuses all: smaller batches find it.
                self._sizes[account.brand] = max(1, len(rows) // 2)
            raise
        except InDoubt as error:
            outbox.in_doubt(self._conn, rows, str(error), at)
            self._conn.commit()
            raise
        outbox.settle(self._conn, account, rows, answers, at)

    def _pull(self, account: Account, progress: Progress, port: Port, at: datetime) -> bool:
        """Bring what citizens said into the ledger, a page or a day at a time."""
        if progress.next_pull_at > at:
            return False
        self._conn.commit()
        try:
            days = pull.missed_days(account, progress, at)
            if days:
                moved = port.day(days[0])
                pull.apply_day(self._conn, self._vault, account, days[0], moved, at)
                return True
            page = port.changes(progress.after)
        except NotAble:
            accounts.put_off_pull(self._conn, account, at)
            return False
        pull.apply_page(self._conn, self._vault, account, page, at)
        return page.more

    def _check(
        self, account: Account, port: Port, rows: list[outbox.Row], at: datetime
    ) -> dict[str, Held]:
        first = rows[0].entry
        wait = account.facts.number("check_gap_seconds")
        accounts.gap(self._conn, account, "checked", wait, at)
        self._conn.commit()
        held = port.check([one.entry.recipient for one in rows], first.type, first.recipient_type)
        seen: list[Told] = [
            (one.contact, first.type, first.recipient_type, held[one.entry.recipient])
            for one in rows
            if one.entry.recipient in held
        ]
        pull.learn(self._conn, self._vault, account, seen, at)
        return held


def _word(error: Exception) -> str:
    """A failure in a word: a code, what a port said, or the kind of error; never personal data."""
    if isinstance(error, KervanError):
        return error.code
    return str(error)[:60] if isinstance(error, NotTaken | InDoubt) else type(error).__name__


class Voice:
    """The registry's thread of a worker; several workers may have one, and one of them speaks.

    A failure of the database is raised to the worker at its next `check`.
    """

    def __init__(
        self, conn: Connection, vault: WorkspaceVault, pause_seconds: float = _REFUSED_SECONDS
    ) -> None:
        self._pause_seconds = pause_seconds
        self._stop = threading.Event()
        self._conn = conn
        self._speaker = Speaker(conn, vault)
        self._thread = Beside("registry", self._run)

    def start(self) -> None:
        """Begin to speak."""
        self._thread.start()

    def check(self) -> None:
        """Raise what the thread failed with, if it did."""
        self._thread.check()

    def stop(self) -> None:
        """End after the call under way."""
        self._stop.set()
        self._thread.join(timeout_seconds=40)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                more = self._speaker.step(clock.now_ms())
            except (*REFUSALS, KervanError) as error:
                # It would be the same again at once; the worker goes on without us meanwhile.
                self._conn.rollback()
                _log.error("registry_refused", error=_word(error))
                more = not self._stop.wait(self._pause_seconds)
            if not more:
                self._stop.wait(_IDLE_SECONDS)
        self._speaker.close()
