"""Loads compiled template versions, for whoever renders them."""

from collections.abc import Collection
from typing import TypeVar

from kervan.content import compiled
from kervan.content.compile import CompiledEmail
from kervan.content.compiled import Compiled
from kervan.content.confine import trial
from kervan.content.texts.compile import CompiledText
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
_Kind = TypeVar("_Kind", CompiledEmail, CompiledText)


def load(conn: Connection, ids: list[int]) -> dict[int, CompiledEmail]:
    """The compiled e-mails of `ids`; keep them, for `render` prepares each object once.

    Raises content.template_version_unknown, also for a version that is no e-mail.
    """
    found = {id_: one for id_, one in load_any(conn, ids).items() if isinstance(one, CompiledEmail)}
    _check_found(ids, found)
    return found


def load_any(conn: Connection, ids: list[int]) -> dict[int, Compiled]:
    """Like `load`, for versions of any channel: `render_text` takes those that are no e-mail."""
    found = find(conn, ids)
    _check_found(ids, found)
    return found


def find(conn: Connection, ids: list[int]) -> dict[int, Compiled]:
    """Those of `ids` that are templates, and no choice among several."""
    rows = conn.execute(_SQL.load, {"ids": ids}).fetchall()
    return {int(id_): one for id_, raw in rows if (one := compiled.decode(raw)) is not None}


def load_tried(conn: Connection, number: int, kind: type[_Kind]) -> _Kind:
    """A version for whoever sends it: one that was never tried out is tried now.

    Raises content.template_version_unknown, also for a version of another kind, and
    content.template_quarantined.
    """
    found = load_any(conn, [number])[number]
    if not isinstance(found, kind):
        raise KervanError("content.template_version_unknown", status=404, id=number)
    if not trial.admitted(conn, {number: found})[number]:
        raise KervanError(trial.QUARANTINED, status=422)
    return found


def _check_found(ids: list[int], found: Collection[int]) -> None:
    for id_ in ids:
        if id_ not in found:
            raise KervanError("content.template_version_unknown", status=404, id=id_)
