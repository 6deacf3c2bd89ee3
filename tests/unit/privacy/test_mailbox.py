"""Of a demo's mailbox her mails go, whatever else it holds stays."""

import uuid
from pathlib import Path

from clickhouse_connect.driver.client import Client

from kervan.kernel import clock, crypto
from kervan.kernel.postgres import Connection
from kervan.privacy import erase, mailbox

_MAIL = (
    "From: shop@shop.test\r\nMessage-ID: <{id}@shop.test>\r\nTo: <{to}>\r\n\r\n"
    "Message-ID: <{other}@shop.test>\r\nHello\r\n"
)


def _message(conn: Connection, person: int) -> uuid.UUID:
    number = uuid.uuid4()
    conn.execute(
        "insert into message (id, key, person, bucket, journey, version, step, run, channel, class,"
        " template_version, context, intended_at, not_before, expires_at, state, reason)"
        " values (%s, %s, %s, 0, 'j', 1, 's', 1, 'email', 'marketing', 1, '', now(), now(), now(),"
        " 5, '')",
        (number, number.bytes, person),
    )
    return number


def _fill(folder: Path, hers: uuid.UUID, others: uuid.UUID) -> None:
    folder.mkdir()
    write = (folder / "000001.eml").write_text
    write(_MAIL.format(id=hers.hex, to="irem@ornek.com", other=others.hex))
    (folder / "000002.eml").write_text(
        _MAIL.format(id=others.hex, to="ali@ornek.com", other=hers.hex)
    )
    (folder / "000003.eml").write_text("Subject: of somebody else's program\n\nirem\n")
    (folder / "000004.eml").write_bytes(b"\xff\x00")


def test_her_mails_go_and_the_others_stay(postgres: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    assert mailbox.clear(postgres, folder, [7]) == 0, "there is none"
    _fill(folder, _message(postgres, 7), _message(postgres, 8))
    assert mailbox.clear(postgres, folder, [7]) == 1
    assert sorted(file.stem for file in folder.iterdir()) == ["000002", "000003", "000004"]
    assert mailbox.clear(postgres, folder, [7]) == 0


def test_an_erasure_takes_them_also_when_it_was_finished_before(
    postgres: Connection, clickhouse: Client, workspace: str, tmp_path: Path
) -> None:
    vault = crypto.Vault(b"k" * 32)
    postgres.execute(
        "insert into profile (person, id, key, created_at) overriding system value"
        " values (7, %s, %s, now())",
        (uuid.UUID(int=7), vault.workspace(workspace).new_person_key()),
    )
    folder = tmp_path / "mailbox"
    _fill(folder, _message(postgres, 7), _message(postgres, 8))
    place = erase.Place(vault, workspace, 3, folder)
    late = (folder / "000001.eml").read_bytes()
    one = erase.begin(postgres, 7, clock.now())
    while step := erase.next_step(postgres, one):
        assert erase.advance(postgres, clickhouse, place, one, step, clock.now())
        one = erase.of_person(postgres, one.person_id) or one
    assert one.finished_at is not None and not (folder / "000001.eml").exists()
    (folder / "000009.eml").write_bytes(late)  # a sender held it while the rows went
    one = erase.hasten(postgres, one)
    assert erase.next_step(postgres, one) == erase.COPIES
    assert erase.advance(postgres, clickhouse, place, one, erase.COPIES, clock.now())
    assert not (folder / "000009.eml").exists() and (folder / "000002.eml").exists()
