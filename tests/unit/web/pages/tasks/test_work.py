"""The lists as pages: take, dial, finish by clicks, in three languages, with refusals said."""

import html
import re

from tests.unit.web.api.test_calls import agent, calls
from tests.unit.web.api.test_messages import place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["agent", "place"]
_PHONE = "+905321112233"


def test_a_call_is_worked_through_by_clicks(place: Place, agent: Visitor) -> None:
    (task,) = calls(place, _PHONE, reason="Sepet <b>", script="Merhaba\n<script>x</script>")
    page = agent.get("/calls?lang=tr").text
    assert "Sıradakini al" in page and _PHONE not in page and "<script>x" not in page
    assert agent.post("/calls/next", {}).status == 303
    page = agent.get("/calls").text
    assert f"/{task}/dial" in page and "&lt;script&gt;x" in page
    early = agent.post(f"/calls/{task}/finish", {"outcome": "reached"})
    assert early.status == 409 and 'role="alert"' in early.text
    assert agent.post(f"/calls/{task}/dial", {}).status == 303
    for language, word in (("tr", "Geri aranacak"), ("az", "Geri zəng"), ("en", "Call back")):
        page = agent.get(f"/calls?lang={language}").text
        assert word in page and f'href="tel:{_PHONE}"' in page
        assert not re.search(r"web\.task", page)
    assert agent.post(f"/calls/{task}/finish", {"outcome": "call_back"}).status == 422
    done = agent.post(f"/calls/{task}/finish", {"outcome": "reached", "note": "İyi"})
    assert done.status == 303
    assert "Nothing to do" in agent.get("/calls?lang=en").text


def test_each_list_is_for_its_people(place: Place, agent: Visitor) -> None:
    staff = place.session(place.user("staff@shop.test", "store_staff"))
    assert agent.get("/store").status == 403 and staff.get("/calls").status == 403
    assert "assigned to no store" in staff.get("/store?lang=en").text
    page = html.unescape(staff.get("/store").text)
    assert 'href="/store"' in page and 'href="/calls"' not in page
