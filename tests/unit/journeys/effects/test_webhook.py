"""A call is one message of the outbox, by the account that is named, with its body in one piece."""

from kervan.delivery import accounts
from kervan.journeys.effects import found
from kervan.journeys.steps.webhook import Webhook
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.simulators.webhook.receiver import Receiver
from tests.unit.delivery.peer import until
from tests.unit.delivery.test_run import SECRET, running, save
from tests.unit.delivery.world import add_people, states
from tests.unit.journeys.effects import doing
from tests.unit.journeys.shop import START_MS, VAULT, Shop

_STEP = Webhook(
    account="crm", event="vip", body={"who": "{{ person.id }}", "sku": "{{ event.sku }}"}
)


def _account(conn: Connection, name: str) -> None:
    settings = {"url": "https://crm.shop.example/in", "secret": "whsec_" + "a" * 32}
    accounts.save(conn, VAULT, name, "webhook", settings, doing.AT)


def test_each_passage_is_one_call_that_the_outbox_keeps(postgres: Connection) -> None:
    shop = Shop(postgres)
    doing.begin(postgres, [1, 2])
    for _ in range(2):
        doing.do(postgres, doing.passing(_STEP, [1, 2], context={"event": {"sku": "c-1"}}))
    calls = shop.messages()
    assert [(person, step, state, at) for person, step, state, at, _ in calls] == [
        (1, "here", 0, 1),
        (2, "here", 0, 1),
    ]
    assert calls[0][4] == {
        "event": {"sku": "c-1"},
        "run": {"id": 1, "journey": "welcome", "version": 1, "step": "here", "at_ms": START_MS + 1},
    }
    rows = postgres.execute("select channel, class, contact, run from message order by run")
    crm = accounts.mark("crm")
    assert [(a, b, c.bytes, d) for a, b, c, d in rows.fetchall()] == [
        ("webhook", "transactional", crm, 1), ("webhook", "transactional", crm, 2),
    ]  # fmt: skip


def test_the_account_must_be_there_and_the_body_json(postgres: Connection) -> None:
    def codes(step: Webhook) -> list[tuple[str, str]]:
        return [(place, code) for place, code, _ in found.problems(postgres, step)]

    assert codes(_STEP) == [("account", "journeys.webhook_unknown")]
    assert codes(Webhook(body="{}")) == [("account", "journeys.task_no_account")]
    _account(postgres, "crm")
    assert codes(_STEP) == codes(Webhook(body="{}")) == []
    assert [place for place, _ in codes(Webhook(body="{{ event. }}"))] == ["body"]
    assert [place for place, _ in codes(Webhook(body="no json"))] == ["body"]
    accounts.switch(postgres, "crm", doing.AT, enabled=False)
    assert codes(_STEP) == [("account", "journeys.webhook_unknown")]


def test_a_text_that_may_not_be_any_more_is_told_of_each(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2])
    step = Webhook(body={"code": "{{ coupons.gone.code }}"})
    doing.do(postgres, doing.passing(step, [1, 2]))
    assert doing.failures(postgres) == [
        (1, "content.coupon_pool_unknown"),
        (2, "content.coupon_pool_unknown"),
    ]
    assert postgres.execute("select count(*) from message").fetchone() == (0,)


def test_it_arrives_at_the_receiver_that_is_named_signed_and_once(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [""] * 3)
    body = {"who": "{{ person.id }}", "sku": "{{ event.sku }}", "run": "{{ run.journey }}"}
    some = doing.passing(Webhook(account="crm", event="vip", body=body), people)
    some.at_ms = [clock.now_ms()] * 3
    some.context = [b'{"event":{"sku":"\\"}{"}}'] * 3
    with Receiver([SECRET], clock.now) as erp, Receiver([SECRET], clock.now) as crm:
        save(postgres, "erp", "webhook", url=f"{erp.url}/hook", secret=SECRET)
        save(postgres, "crm", "webhook", url=f"{crm.url}/hook", secret=SECRET)
        crm.fail("503", "500-after")
        with running(postgres_url, workspace):
            for _ in range(2):
                doing.do(postgres, some)
            postgres.commit()
            until(lambda: states(postgres) == {"accepted": 3}, 60)
        ids = {str(row[0]) for row in postgres.execute("select id from profile").fetchall()}
        said = [one["data"] for one in crm.taken.values()]
        assert {one["who"] for one in said} == ids and not erp.taken
        assert all((one["sku"], one["run"]) == ('"}{', "welcome") for one in said)
