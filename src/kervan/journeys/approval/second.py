"""Lets nobody start a broadcast that she wrote herself, where a second person is asked for.

A broadcast needs no proposal: until it is started its text is one, and starting it is the approval.
"""

from kervan.delivery.broadcasts import store as broadcasts
from kervan.delivery.states import MARKETING
from kervan.journeys.approval import store
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


def check_start(conn: Connection, key: str, by: str) -> None:
    """Whether `by` (the id of a user) may start a broadcast, in the caller's transaction.

    Its text changes no more until that ends. Raises journeys.approval_start_own (403) for who wrote
    its last version, delivery.broadcast_unknown (404), NotValid for a message that is there no
    more.
    """
    scope = store.rules(conn)["broadcast"]
    if scope == "none":
        return
    kept = broadcasts.hold(conn, key)
    if kept.author != by:
        return
    if scope == "marketing":
        says = broadcasts.plan(conn, kept.wanted).speaks
        if all(one.message_class != MARKETING for one in says):
            return
    raise KervanError("journeys.approval_start_own", status=403, key=key)
