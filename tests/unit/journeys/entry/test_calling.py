"""Whatever the trigger's kind, one event brings people in, and only into the journey it names."""

from kervan.journeys.entry import calling
from kervan.journeys.entry.calling import Call
from kervan.journeys.publish import named
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store as segments
from kervan.segments.definitions.store import Author
from kervan.segments.tree import Text, Trait
from tests.unit.journeys.shop import START_MS, Shop

TEXT = """\
journey:
  key: KEY
  name: Hello
  trigger: TRIGGER
  MORE
  steps:
    - {key: rest, kind: wait, for: 10 days}
    - {key: end, kind: exit}
"""
TREE = "{kind: trait, trait: plan, test: {kind: text, op: eq, values: [free]}}"
DAY = 86_400_000


def _publish(shop: Shop, key: str, trigger: str, more: str = "priority: 5") -> None:
    text = TEXT.replace("KEY", key).replace("TRIGGER", trigger).replace("MORE", more)
    shop.publish(text)


def _inside(shop: Shop) -> dict[str, set[int]]:
    rows = shop.conn.execute(
        "select j.key, r.person from journey_run r join journey_version v on v.id = r.version"
        " join journey j on j.id = v.journey where r.state = 1"
    ).fetchall()
    found: dict[str, set[int]] = {}
    for key, person in rows:
        found.setdefault(key, set()).add(person)
    return found


def test_each_kind_lets_in_whom_it_means(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1, 2, 3, 4, 5])
    author = Author("ece", clock.from_ms(START_MS))
    segments.create(postgres, "vip", "VIP", Trait("plan", Text("eq", ("gold",))), author)
    _publish(shop, "called", "{called: true}")
    _publish(shop, "yearly", "{date: {field: birthday}}")
    _publish(shop, "vips", "{segment_entered: vip}")
    _publish(shop, "left", "{segment_left: vip}")
    _publish(shop, "sms", "{message: {keywords: [KATIL], channels: [sms]}}")
    _publish(shop, "late", "{called: true}", 'starts: "2099-01-01"')
    shop.happen(
        (0, 1, "Journey Called", {"journey": "called", "by": "api"}),
        (0, 2, "Journey Called", {"journey": "yearly", "by": "date"}),
        (0, 3, "Segment Entered", {"segment": "vip"}),
        (0, 3, "Segment Entered", {"segment": "other"}),
        (0, 4, "Segment Left", {"segment": "vip"}),
        (0, 5, "Message Received", {"channel": "sms", "keyword": "katil"}),
        (1, 4, "Message Received", {"channel": "email", "keyword": "katil"}),
        (1, 3, "Message Received", {"channel": "sms"}),
        (1, 2, "Journey Called", {"journey": "late"}),
    )
    shop.work(2)
    assert _inside(shop) == {"called": {1}, "yearly": {2}, "vips": {3}, "left": {4}, "sms": {5}}


def test_a_rule_that_comes_true_ends_a_stay_in_the_midst_of_a_wait(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1, 2])
    _publish(shop, "called", "{called: true}", f"exit_when: {TREE}")
    (key,) = [one.key for one in segments.every(postgres)]
    assert key.startswith("exit-"), "the journey's own segment was made before it went live"
    shop.happen(*((0, one, "Journey Called", {"journey": "called"}) for one in (1, 2)))
    shop.work(1)
    shop.happen((DAY, 1, "Segment Entered", {"segment": key}))
    shop.work(DAY)
    assert _inside(shop) == {"called": {2}}
    assert [one.key for one in named.of_segment(postgres, key)] == ["called"]


def test_a_call_has_a_name_of_its_own(postgres: Connection) -> None:
    shop = Shop(postgres)
    _publish(shop, "called", "{called: true}")
    (mine,) = calling.read(postgres, "UTC")
    told = {"journey": "another", "by": "me", "plan": "gold"}
    assert calling.call(postgres, mine, "api", [Call(7, "x-1", START_MS, dict(told))]) == 1
    assert calling.call(postgres, mine, "api", []) == 0
    (event,) = [one for one in shop.own_events() if one[1] == "Journey Called"]
    assert event[3] == {"journey": "called", "by": "api", "plan": "gold"}
