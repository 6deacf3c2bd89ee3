"""All senders of a process: accounts come and go while it runs, real lines, real simulators."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kervan.content import choice
from kervan.content import store as templates
from kervan.content.compile import EmailSource
from kervan.content.texts.compile import TextSource
from kervan.delivery import accounts
from kervan.delivery.run import House, Senders
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.simulators.netgsm.server import Netgsm
from tests.simulators.sendgrid.server import SendGrid
from tests.simulators.twilio.server import Twilio
from tests.simulators.verimor.server import Verimor
from tests.simulators.webhook.receiver import Receiver
from tests.unit.delivery.peer import until
from tests.unit.delivery.world import (
    QUICK,
    VAULT,
    add_people,
    add_phones,
    intend,
    intents,
    sending,
    states,
)

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
BODY = '{"person": {{ person.first_name | default("?") }}, "items": {{ basket.items }}}'


@contextmanager
def running(url: str, workspace: str) -> Iterator[None]:
    """All senders, looking for accounts as they always do, asking for news often."""
    house = House(url, workspace, VAULT, "https://k.example", "tr", QUICK, poll_seconds=0.1)
    with sending(Senders(house, {})):
        yield


def save(conn: Connection, name: str, provider: str, **settings: Any) -> None:
    """An account whose simulator lies in our own network."""
    accounts.save(conn, VAULT, name, provider, settings, clock.now(), is_private=True)
    conn.commit()


def send(conn: Connection, people: list[int], channel: str, key: str, **fields: str) -> None:
    """One transactional message to each of `people`."""
    source = TextSource(channel=channel, texts={"tr": fields}, purpose="transactional")
    version = templates.save(conn, source)
    wanted = intents(people, message_class="transactional", key=key)
    wanted.channel = [channel] * len(people)
    wanted.template_version = [version] * len(people)
    intend(conn, wanted)


def test_a_webhook_goes_out_once_signed_through_a_failing_receiver(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_phones(postgres, [f"+9053211122{row:02}" for row in range(30)])
    with Receiver([SECRET], clock.now) as erp, running(postgres_url, workspace):
        erp.fail("503", "500-after", "cut", "429-nonsense")
        save(postgres, "erp", "webhook", url=f"{erp.url}/hook", secret=SECRET)
        send(postgres, people, "webhook", "a", body=BODY)
        until(lambda: states(postgres) == {"accepted": 30}, 60)
        assert len(erp.taken) == 30
        ids = {row[0] for row in postgres.execute("select id::text from message").fetchall()}
        assert set(erp.taken) == ids
        assert next(iter(erp.taken.values())) == {"person": "?", "items": 2}


def test_sms_is_handed_over_reported_and_answered(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    phones = [f"+9053211122{row:02}" for row in range(5)]
    people = add_phones(postgres, phones)
    with Netgsm(clock.now) as provider, running(postgres_url, workspace):
        assert isinstance(provider, Netgsm)
        save(
            postgres, "netgsm", "netgsm", username=provider.username, password=provider.password,
            sender="MAGAZA", base_url=provider.url,
        )  # fmt: skip
        send(postgres, people, "sms", "a", text="Siparişiniz yola çıktı")
        until(lambda: states(postgres) == {"handed": 5}, 30)
        assert sorted(job.number[-10:] for job in provider.jobs) == [one[-10:] for one in phones]
        provider.settle(1)
        until(lambda: states(postgres) == {"delivered": 5}, 30)


def test_mail_goes_through_a_provider_over_http_in_the_readers_language(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, ["a@home.example", "b@home.example"], consenting=False)
    by = {
        language: templates.save(
            postgres,
            EmailSource(
                subject=subject,
                mjml="<mjml><mj-body><mj-section><mj-column><mj-text>{{ basket.items }}</mj-text>"
                "</mj-column></mj-section></mj-body></mjml>",
                purpose="transactional",
            ),
        )
        for language, subject in (("tr", "Sepetiniz"), ("az", "Səbətiniz"))
    }
    with SendGrid() as provider, running(postgres_url, workspace):
        assert isinstance(provider, SendGrid)
        save(
            postgres, "grid", "sendgrid", api_key=provider.key, hook_key=provider.hook_key,
            sender="Dükkân <haber@shop.example>", base_url=provider.url,
        )  # fmt: skip
        wanted = intents(people, message_class="transactional")
        wanted.template_version = [choice.save(postgres, by, "az")] * 2
        intend(postgres, wanted)
        until(lambda: states(postgres) == {"handed": 2}, 30)
        assert {one["subject"] for one in provider.letters.values()} == {"Səbətiniz"}
    kept = postgres.execute("select distinct template_version from message").fetchall()
    assert kept == [(by["az"],)], "its links are those of what was sent"


def test_a_second_provider_stands_in_for_one_that_refuses_the_account(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_phones(postgres, [f"+9053211122{row:02}" for row in range(20)])
    with Receiver([SECRET], clock.now) as first, Receiver([SECRET], clock.now) as second:
        first.secrets = []
        with running(postgres_url, workspace):
            save(postgres, "a", "webhook", url=f"{first.url}/hook", secret=SECRET)
            accounts.save(
                postgres, VAULT, "b", "webhook", {"url": f"{second.url}/hook", "secret": SECRET},
                clock.now(), is_private=True, place=1,
            )  # fmt: skip
            postgres.commit()
            send(postgres, people, "webhook", "a", body=BODY)
            until(lambda: states(postgres) == {"accepted": 20}, 60)
    assert len(second.taken) == 20, "what the first had refused goes through the second"


def test_an_account_into_our_own_network_needs_an_operators_word(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_phones(postgres, ["+905321112233"])
    with Receiver([SECRET], clock.now) as erp, running(postgres_url, workspace):
        settings = {"url": f"{erp.url}/hook", "secret": SECRET}
        accounts.save(postgres, VAULT, "erp", "webhook", settings, clock.now())
        postgres.commit()
        send(postgres, people, "webhook", "a", body=BODY)
        until(lambda: _held(postgres) == "delivery.account_refused", 30)
        assert erp.calls == []
        save(postgres, "erp", "webhook", **settings)
        until(lambda: states(postgres) == {"accepted": 1}, 60)


def test_a_doubt_is_resolved_by_asking_the_provider(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_phones(postgres, ["+905321112233"])
    with Verimor(clock.now) as provider, running(postgres_url, workspace):
        assert isinstance(provider, Verimor)
        provider.fail("cut", method="POST")
        save(
            postgres, "verimor", "verimor", username=provider.username,
            password=provider.password, base_url=provider.url,
        )  # fmt: skip
        send(postgres, people, "sms", "a", text="Siparişiniz yola çıktı")
        until(lambda: _held(postgres) == "delivery.no_answer", 30)
        provider.settle("905321112233")
        until(lambda: states(postgres) == {"delivered": 1}, 30)
        assert sum(call.method == "POST" for call in provider.calls) == 1, "it was sent once"


def _held(conn: Connection) -> str:
    row = conn.execute("select coalesce(max(held), '') from message_open").fetchone()
    conn.commit()
    return str(row[0]) if row else ""


def test_who_opted_out_at_the_provider_has_refused_in_the_ledger(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_phones(postgres, ["+905321112233"])
    with Twilio(clock.now) as provider, running(postgres_url, workspace):
        assert isinstance(provider, Twilio)
        provider.stopped.add("+905321112233")
        save(
            postgres, "twilio", "twilio", account_sid=provider.account,
            auth_token=provider.token, sender=provider.senders[0], base_url=provider.url,
        )  # fmt: skip
        send(postgres, people, "sms", "a", text="Siparişiniz yola çıktı")
        until(lambda: states(postgres) == {"failed": 1}, 30)
    words = postgres.execute(
        "select channel, status from consent_event where status = 'withdrawn' and channel = 'sms'"
    ).fetchall()
    assert words == [("sms", "withdrawn")]
