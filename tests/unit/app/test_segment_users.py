"""Every room above that asks for a segment, or hears of its members, is told of."""

from kervan.app import segment_users
from kervan.delivery.broadcasts.definition import Broadcast, canonical
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import users
from kervan.segments.definitions.users import Use

_SEGMENT = (
    "insert into segment (number, key, name, sort, state, version, created_at, created_by,"
    " changed_at, changed_by) values (1, 'vip', 'VIP', 'list', 'active', 1, now(), '', now(), '')"
)
_AUDIENCE = (
    "insert into audience (key, name, account, target, segment, state, next_at, created_at,"
    " created_by) values ('meta', 'VIP at Meta', 'ads', '1', 1, 'active', now(), now(), '')"
)
_SYNC = (
    "insert into segment_sync (segment, id, url, secret, is_private, state, next_at, created_at,"
    " created_by) values (1, gen_random_uuid(), 'https://in.example/hush?key=1', '', false,"
    " 'stopped', now(), now(), '')"
)


def _broadcast(conn: Connection, one: Broadcast, status: str) -> None:
    conn.execute(
        "with made as (insert into broadcast (key, version, status) values (%s, 1, %s)"
        " returning number) insert into broadcast_version (broadcast, number, definition, author,"
        " at) select number, 1, %s, '', now() from made",
        (one.key, status, canonical(one)),
    )


def test_who_hears_of_a_segment_is_named_and_holds_nothing(postgres: Connection) -> None:
    segment_users.listen()
    segment_users.listen()
    assert users.heard(postgres) == {} == users.held(postgres, {})
    for statement in (_SEGMENT, _AUDIENCE, _SYNC):
        postgres.execute(statement)
    _broadcast(postgres, Broadcast(key="a", name="To them", segment="vip"), "draft")
    others = Broadcast(key="b", name="Not them", everybody=True, except_=("vip",))
    _broadcast(postgres, others, "running")
    _broadcast(postgres, Broadcast(key="c", name="Over", segment="vip"), "done")
    assert users.held(postgres, {}) == {}
    assert users.heard(postgres) == {
        "vip": [
            Use("sync", "vip", "in.example"),
            Use("broadcast", "a", "To them"),
            Use("broadcast", "b", "Not them"),
            Use("audience", "meta", "VIP at Meta"),
        ]
    }
