"""Nobody starts alone the broadcast she wrote, where a second person is asked for."""

import pytest
import yaml

from kervan.content.messages import apply as messages
from kervan.content.messages import definition
from kervan.delivery.broadcasts import read
from kervan.delivery.broadcasts import store as broadcasts
from kervan.journeys.approval import second, store
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

NEWS = """
key: {key}
name: News
intent: Tell what is new
purpose: {purpose}
variants:
  email:
    tr:
      subject: News
      mjml: |
        <mjml><mj-body><mj-section><mj-column><mj-text>Yeni</mj-text></mj-column></mj-section>
        </mj-body></mjml>
"""


def write(conn: Connection, message: str, author: str) -> None:
    """A broadcast of this message, by this author."""
    whole = {"key": "news", "name": "News", "everybody": True, "message": message}
    broadcasts.apply(conn, read.read(whole), author, clock.now())


def refused(conn: Connection, by: str) -> bool:
    """Whether `by` may not start it."""
    try:
        second.check_start(conn, "news", by)
    except KervanError as error:
        return (error.code, error.status) == ("journeys.approval_start_own", 403)
    return False


def test_whoever_wrote_it_does_not_start_it(postgres: Connection) -> None:
    for key, purpose in (("news", "marketing"), ("notice", "transactional")):
        wanted = definition.read(yaml.safe_load(NEWS.format(key=key, purpose=purpose)))
        messages.apply(postgres, wanted, clock.now(), "oya")
    write(postgres, "news", "oya")
    assert not refused(postgres, "oya"), "nobody is asked"
    store.set_rule(postgres, "broadcast", "marketing", clock.now(), "ana")
    assert refused(postgres, "oya")
    assert not refused(postgres, "ana")
    write(postgres, "news", "ana")  # nothing changes: it stays Oya's
    assert refused(postgres, "oya")
    write(postgres, "notice", "ana")
    assert not refused(postgres, "ana"), "it is transactional"
    store.set_rule(postgres, "broadcast", "all", clock.now(), "ana")
    assert refused(postgres, "ana")
    assert not refused(postgres, "oya")


def test_one_there_is_not(postgres: Connection) -> None:
    store.set_rule(postgres, "broadcast", "all", clock.now(), "ana")
    with pytest.raises(KervanError) as caught:
        second.check_start(postgres, "news", "oya")
    assert caught.value.code == "delivery.broadcast_unknown"
