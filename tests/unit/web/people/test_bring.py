"""A list is read first and taken then, the same list once, each wrong row with its reason."""

import json

from tests.unit.web.api.test_messages import told
from tests.unit.web.api.test_refuse import place
from tests.unit.web.visiting import Place

__all__ = ["place"]
PATH = "/v1/people/import"
LIST = (
    "Ad;E-posta;Şehir;E-posta izni\n"
    "İrem;irem@ornek.test;İzmir;evet\n"
    "Əli;not an address;Bakı;yox\n"
    "Oya;oya@ornek.test;Ordu;belki\n"
)


def test_a_list(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    agent = place.session(place.user("ece@shop.test", "agent"))
    told(agent, "POST", PATH, {"text": LIST}, 403)
    planned = told(owner, "POST", PATH, {"text": LIST})
    assert [one["place"] for one in planned["columns"]] == [
        "traits.firstName", "email", "traits.city", "consent.email.marketing",
    ]  # fmt: skip
    assert planned["columns"][0]["examples"] == ["İrem", "Əli", "Oya"]
    assert (planned["taken"], planned["refused"], planned["notes"]) == (2, 1, 1)
    assert [(one["row"], one["taken"]) for one in planned["wrong"]] == [(2, False), (3, True)]

    def waiting() -> int:
        with place.connect() as conn:
            rows = conn.execute("select coalesce(sum(events), 0) from kervan.intake").fetchall()
        return int(rows[0][0])

    before = waiting()
    other = {"columns": {"Şehir": "-"}, "text": LIST, "plan": False, "at_ms": 1_700_000_000_000}
    done = told(owner, "POST", PATH, other)
    assert (done["taken"], done["columns"][2]["place"]) == (2, "-")
    assert waiting() > before
    assert place.audit()[-1][0] == "people.imported"
    nobody = {"text": "Kunde;Ort\n7;Ulm\n"}
    planned = told(owner, "POST", PATH, nobody)
    assert planned["problem"]
    assert [one["place"] for one in planned["columns"]] == ["traits.Kunde", "traits.Ort"]
    placed = told(owner, "POST", PATH, {**nobody, "columns": {"Kunde": "customer_id"}})
    assert (placed["problem"], placed["taken"]) == ("", 1)
    for bad in ({**nobody, "plan": False}, {"text": LIST, "columns": {"Ad": "moon"}}, {"text": ""}):
        assert told(owner, "POST", PATH, bad, 422 if bad["text"] == "" else 400)["error"]["message"]
    assert json.loads(owner.get("/v1/sources").text)[-1]["kind"] == "import"
