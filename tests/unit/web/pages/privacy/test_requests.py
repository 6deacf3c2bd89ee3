"""The page of requests: what must be seen at once is said above them."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import i18n
from tests.unit.web.visiting import Place, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("locale", ["en", "tr", "az"])
def test_refusals_that_were_given_up_are_an_alarm(place: Place, locale: str) -> None:
    officer = place.session(place.user("p@shop.test", "privacy_officer"))
    said = i18n.say("web.privacy_given_up", locale, count=2)
    assert said != "web.privacy_given_up"
    assert said not in unescape(officer.get(f"/privacy?lang={locale}").text)
    with place.connect() as conn:
        conn.execute(
            "insert into registry_outbox (consent_event, brand, contact, type, recipient_type,"
            " status, consent_at, source, alarm_at, due_at, next_at, state, reason, ended_at,"
            " held_until) select n, '', gen_random_uuid(), 'MESAJ', 'BIREYSEL', 'RET', now(), 'x',"
            " now(), now(), now(), 'worthless', 'given_up',"
            " now() - make_interval(days => case when n = 3 then 100 else 1 end), now()"
            " from generate_series(1, 3) n"
        )
    assert said in unescape(officer.get(f"/privacy?lang={locale}").text)
