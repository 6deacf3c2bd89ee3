"""A mail says its own code; who gets none is told so, and what nobody got is free again."""

import email
import email.policy
import re
from typing import Any
from uuid import UUID

from kervan.commerce.coupons import redeem, reserve
from kervan.commerce.coupons.reserve import Wanted
from kervan.content import letters
from kervan.content import store as templates
from kervan.content.compile import compile_email
from kervan.delivery import books, coupons, gather, outbox, read, why
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.compose import EmailComposer
from kervan.delivery.lookups import keep
from kervan.delivery.lookups.load import Lookups
from kervan.delivery.send import Sender
from kervan.delivery.way import by_smtp
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from tests.unit.commerce.coupons.filling import counts, fill
from tests.unit.delivery.peer import Peer, until
from tests.unit.delivery.world import AT, QUICK, VAULT, add_people, intend, intents, sending, states
from tests.unit.segments.definitions.test_store import made

_BARE = "Kodunuz {{ coupons.autumn.code }}"
_SOFT = "{% if coupons.winter %}Kod {{ coupons.winter.code | lower }}{% else %}Kod yok{% endif %}"
_ASKS_ONLY = "{% if segments.vip %}{{ coupons.winter.code }}{% endif %}Merhaba"
_MEMBER = "{% if segments.gold and not segments.vip %}Altın{% endif %}"


_EMPTY = "<mjml><mj-body></mj-body></mjml>"


def _save(conn: Connection, subject: str) -> int:
    mjml = "<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>"
    source: dict[str, object] = {"subject": subject, "mjml": mjml + "</mj-body></mjml>"}
    return templates.save(conn, source)


def test_a_code_for_each(postgres: Connection, postgres_url: str, workspace: str) -> None:
    fill(postgres, "autumn", 2)
    fill(postgres, "winter", 2)
    people = add_people(postgres, [f"p{place}@home.example" for place in range(7)])
    made(postgres, "vip")
    _let_in(postgres, made(postgres, "gold").number, people[-1])
    wanted = intents(people)
    texts = (_BARE, _SOFT, _ASKS_ONLY, _MEMBER)
    bare, soft, asks, member = (_save(postgres, one) for one in texts)
    wanted.template_version = [bare, bare, bare, asks, soft, soft, member]
    with Peer() as peer:
        mail = Email(Settings(smtp_url=peer.url, mail_from="news@shop.example"))
        way = by_smtp(mail, EmailComposer(mail, VAULT, "https://kervan.shop.example"))
        with sending(Sender(postgres_url, workspace, VAULT, "email", [way], QUICK)):
            intend(postgres, wanted)
            until(lambda: states(postgres) == {"accepted": 6, "suppressed": 1})
    subjects = [
        email.message_from_bytes(raw, policy=email.policy.default)["subject"]
        for _, _, raw in peer.accepted
    ]
    codes = re.findall(r"Kodunuz (autumn-\d+)", " ".join(subjects))
    assert len({*codes}) == 2 and subjects.count("Merhaba") == subjects.count("Altın") == 1
    assert counts(postgres) == (0, 0, 2, 0)
    assert sum("winter-" in one for one in subjects) + subjects.count("Kod yok") == 2
    _explained(postgres)
    _shown_again(postgres, codes)


def _let_in(conn: Connection, segment: int, person: int) -> None:
    """A member, as the segmenter keeps her."""
    conn.execute("insert into segment_live values (%s, 'x', now())", (segment,))
    conn.execute(
        "insert into membership (person, inside, flip_at_ms)"
        " values (%s, set_bit('\\x0000'::bytea, %s, 1), 0)",
        (person, segment),
    )


def _explained(postgres: Connection) -> None:
    [left] = [one for one in read.latest(postgres) if one.state.name == "SUPPRESSED"]
    told = why.why(postgres, left.id)
    assert told.reason == "delivery.coupon_exhausted"
    assert told.coupons == [{"pool": "autumn", "reason": "delivery.coupon_exhausted"}]
    assert "autumn kuponu: Kupon havuzunda kod kalmadı" in why.say(told, "tr")


def _shown_again(postgres: Connection, codes: list[str]) -> None:
    sent = read.latest(postgres, sent=True)
    shown = read.rendered(postgres, VAULT, "https://kervan.shop.example", sent)
    again = [one.subject.removeprefix("Kodunuz ") for one in shown.values()]
    assert {*codes} <= {*again}
    [one] = [one for one in sent if shown[one.id].subject.endswith(codes[0])]
    assert why.why(postgres, one.id).coupons == [{"pool": "autumn", "state": "given"}]
    assert redeem.find(postgres, codes[0]).person == one.person
    person = profiles.contacts(postgres, VAULT, [one.person])[one.person]
    assert keep.kept(postgres, VAULT, person, one.id)
    keep.erase(postgres, [one.person])
    assert keep.kept(postgres, VAULT, person, one.id) == {}


def test_a_code_in_a_link_or_in_other_letters_is_said(postgres: Connection) -> None:
    fill(postgres, "winter")
    people = add_people(postgres, [f"p{place}@home.example" for place in range(4)])
    intend(postgres, intents(people, at=AT))
    claims = books.claim(postgres, 1, "email", 9, AT)
    jobs, _ = gather.judge(postgres, VAULT, claims, AT, healthy=True, hold_seconds=1)
    template = compile_email({"subject": "{{ coupons.winter.code }}", "mjml": _EMPTY})
    mine = Lookups(VAULT)
    mine.load(postgres, jobs, {7: template})
    said = ["https://shop.example/?code={}", "Kod {}", "{:.9}", ""]
    for job, words in zip(jobs, said, strict=True):
        given: Any = job.looked_up["coupons"]
        code = given["winter"]["code"]
        mine.written(job, (words.format(code), words.format(letters.upper(code, "tr"))))
    assert counts(postgres, "winter") == (1, 4, 0, 0)
    # One of the two whose text does not say it is tried again, and may say it now.
    tried_again = jobs[2].claim.subject.message
    postgres.execute("update message_open set attempt = 2 where message = %s", (tried_again,))
    mine.load(postgres, [], {})
    assert counts(postgres, "winter") == (2, 3, 0, 0)


def test_who_is_written_to_otherwise_leaves_the_code_of_the_first_text(
    postgres: Connection,
) -> None:
    fill(postgres, "winter")
    people = add_people(postgres, ["a@home.example", "b@home.example"])
    wanted = intents(people, at=AT)
    wanted.routes = [[("email", 8)], [("email", 8)]]
    intend(postgres, wanted)
    says = compile_email({"subject": "{{ coupons.winter.code }}", "mjml": _EMPTY})
    silent = compile_email({"subject": "Merhaba", "mjml": _EMPTY})

    def load() -> list[books.Claim]:
        claims = books.claim(postgres, 1, "email", 9, AT)
        jobs, _ = gather.judge(postgres, VAULT, claims, AT, healthy=True, hold_seconds=1)
        Lookups(VAULT).load(postgres, jobs, {7: says, 8: silent})
        return [job.claim for job in jobs]

    first, second = load()
    assert counts(postgres, "winter") == (3, 2, 0, 0)
    # The second was handed over, and nobody said clearly that it did not arrive.
    insert = "insert into hand_over (message, attempt, at, links) values (%s, 1, %s, '{}')"
    postgres.execute(insert, (second.subject.message, AT))
    moved: list[books.Result] = [books.Reroute(one, AT, 1, "x") for one in (first, second)]
    books.write(postgres, [1], moved, AT)
    load()
    assert counts(postgres, "winter") == (4, 1, 0, 0)
    assert reserve.of_message(postgres, first.subject.message) == {}


def test_a_code_that_the_journey_gave_is_said_instead_of_another(postgres: Connection) -> None:
    fill(postgres, "winter")
    people = add_people(postgres, ["a@home.example", "b@home.example"])
    wanted = intents(people, at=AT)
    wanted.run = [71, 72]
    intend(postgres, wanted)
    passage = UUID(int=5)
    given = reserve.reserve(postgres, [Wanted(passage, people[0], "winter")], AT)
    reserve.give(postgres, [(passage, 71)], AT)
    claims = books.claim(postgres, 1, "email", 9, AT)
    jobs, _ = gather.judge(postgres, VAULT, claims, AT, healthy=True, hold_seconds=1)
    says = compile_email({"subject": "{{ coupons.winter.code }}", "mjml": _EMPTY})
    mine = Lookups(VAULT)
    mine.load(postgres, jobs, {7: says})
    said: dict[int, Any] = {one.claim.subject.run: one.looked_up["coupons"] for one in jobs}
    assert said[71]["winter"] == given.given[passage, "winter"].plain()
    assert said[72]["winter"]["code"] not in (None, said[71]["winter"]["code"])
    assert counts(postgres, "winter") == (3, 1, 1, 0)
    for job in jobs:
        mine.written(job, ["no code at all"])
    mine.load(postgres, [], {})
    assert counts(postgres, "winter") == (4, 0, 1, 0), "what the journey gave stays given"


def test_what_is_taken_back_gives_its_code_back(postgres: Connection) -> None:
    fill(postgres)
    [person] = add_people(postgres, ["a@home.example"])
    intend(postgres, intents([person]))
    [waiting] = read.latest(postgres)
    postgres.execute(
        "update coupon set state = 1, message = %s, person = %s where code = 'autumn-000000'",
        (waiting.id, person),
    )
    assert coupons.sweep(postgres, clock.now()) == 0 and counts(postgres) == (4, 1, 0, 0)
    outbox.cancel(postgres, [waiting.run], "bought", clock.now())
    assert coupons.sweep(postgres, clock.now()) == 1 and counts(postgres) == (5, 0, 0, 0)
