"""The crowd of the bench `membership`: many different questions, and bodies that can be read."""

import json

from kervan.bench.membership_crowd import Shoppers, introductions, questions


def test_two_hundred_questions_are_hardly_ever_the_same() -> None:
    found = questions(200)
    assert len(found) == 200
    assert len(set(found.values())) > 150


def test_each_does_one_thing_after_all_others_did_one() -> None:
    crowd = Shoppers(100, 40, 20)
    bodies = [json.loads(crowd.body(number)) for number in range(4)]
    users = [event["userId"] for body in bodies for event in body["batch"]]
    assert len(set(users[:40])) == 40
    assert users[:40] == users[40:]
    assert users[39] == "customer-0000078", "strewn over everybody"
    assert {event["properties"]["body"] for event in bodies[3]["batch"]} == {3}
    assert len({event["messageId"] for body in bodies for event in body["batch"]}) == 80


def test_introductions_name_everybody_once() -> None:
    body = introductions(50, 20)
    users = [event["userId"] for i in range(3) for event in json.loads(body(i))["batch"]]
    assert len(users) == len(set(users)) == 50
