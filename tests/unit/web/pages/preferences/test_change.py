"""What somebody chooses is in force at once, and in the ledger with its proof."""

from kervan.consent import ledger, preferences
from kervan.consent.preferences import Choices, Topic
from kervan.kernel import clock
from tests.unit.web.pages.preferences.opened import ADDRESS, PHONE, Opened


def told(her: Opened) -> list[tuple[object, ...]]:
    """Channel, topic and status of what was written since."""
    return her.rows(
        "select channel, topic, status from consent_event where source = 'preference_centre'"
        " order by id"
    )


def test_an_untouched_form_changes_nothing(her: Opened) -> None:
    assert "Nothing was changed" in her.press().words
    assert told(her) == []
    assert her.events() == []


def test_a_channel_goes_off_and_on_again_with_what_was_shown(her: Opened) -> None:
    assert "Saved" in her.press(drop=("channel=email",)).words
    assert not her.allowed()
    assert her.allowed("sms")
    assert her.events() == ["Unsubscribed", "Preferences Changed"]
    her.press(add=(("channel", "email"),))
    assert her.allowed()
    assert told(her) == [("email", "", "withdrawn"), ("email", "", "granted")]
    [(text, language)] = her.rows(
        "select n.text, n.language from consent_event e join notice n on n.id = e.notice"
        " order by e.id desc limit 1"
    )
    assert "you agree to get news and offers by e-mail" in str(text)
    assert language == "en"
    with her.house.connection() as conn:
        [(proof, key)] = conn.execute(
            "select e.proof, p.key from consent_event e join profile p on p.person = e.person"
            " order by e.id desc limit 1"
        ).fetchall()
    assert ledger.read_proof(her.house.keys, key, proof) == {
        "agent": "", "ip": "127.0.0.0", "message": str(her.message),
    }  # fmt: skip


def test_a_link_of_an_e_mail_only_takes_other_channels_back(her: Opened) -> None:
    her.press(drop=("channel=sms",))
    assert not her.allowed("sms")
    page = her.press(add=(("channel", "sms"),))
    assert not her.allowed("sms")
    assert "owner of the number" in page.words
    # The number's own link may.
    path = her.link(PHONE)
    sent = her.show(path)[1].sent()
    assert her.browser.post(path, [*sent, ("channel", "sms"), ("do", "save")]).status == 303
    assert her.allowed("sms")


def test_what_the_form_does_not_show_stays(her: Opened) -> None:
    her.press(drop=("channel_shown", "channel", "language"))
    assert her.allowed()
    assert her.allowed("sms")
    her.press(add=(("channel", "pigeon"), ("channel_shown", "pigeon"), ("topic", "x")))
    assert told(her) == []


def test_topics(her: Opened) -> None:
    names = {"tr": "Çay", "az": "Çay", "en": "Tea"}
    with her.house.connection() as conn:
        preferences.set_topics(conn, [Topic("tea", names), Topic("cups", names)])
    her.press(drop=("topic_shown=tea", "topic=tea"))
    assert her.rows("select topic from consent_event where topic <> '' order by id") == []
    her.press(drop=("topic=tea",))
    assert not her.allowed(topic="tea")
    assert her.allowed(topic="cups")
    assert her.allowed("sms", "cups")
    assert not her.allowed("sms", "tea")
    her.press(add=(("topic", "tea"),))
    assert her.allowed(topic="tea")
    assert {status for _, topic, status in told(her) if topic == "tea"} == {"granted", "withdrawn"}


def test_pause_frequency_and_language(her: Opened) -> None:
    her.press(
        drop=("frequency", "pause", "language"),
        add=(("frequency", "1-7"), ("pause", "30"), ("language", "az")),
    )
    with her.house.connection() as conn:
        chosen = preferences.read(conn, her.house.keys.blind("email", ADDRESS))
    assert (chosen.language, chosen.most, chosen.most_days) == ("az", 1, 7)
    assert chosen.paused_until is not None
    assert 29 <= (chosen.paused_until - clock.now()).days <= 30
    page = her.show()[1]
    assert page.language == "az"
    assert "fasilə vermisiniz" in page.words
    her.press()  # a pause under way is not begun anew
    her.press(drop=("pause",), add=(("pause", "no"),))
    with her.house.connection() as conn:
        ended = preferences.read(conn, her.house.keys.blind("email", ADDRESS))
    assert ended == Choices("az", None, 1, 7)
    assert [topic for _, topic, _ in told(her)] == [
        "choice:language", "choice:frequency", "choice:pause", "choice:pause",
    ]  # fmt: skip
    # Nonsense is as if nothing was said.
    her.press(drop=("frequency", "pause", "language"),
              add=(("frequency", "9-1"), ("pause", "9999"), ("language", "de")))  # fmt: skip
    assert len(told(her)) == 4


def test_one_press_stops_everything(her: Opened) -> None:
    assert "no more news and offers" in her.press("stop").words
    assert not her.allowed()
    assert not her.allowed("sms")
    assert her.events().count("Unsubscribed") == 2
    her.press("stop")
    # The Turkish pack counts WhatsApp with SMS.
    assert sorted(str(channel) for channel, _, _ in told(her)) == ["email", "sms", "whatsapp"]


def test_requests_by_law_are_filed_once(her: Opened) -> None:
    for _ in range(2):
        assert "We have your request for your data" in her.press("access").words
        assert "erase your data" in her.press("erasure").words
    assert her.rows(
        "select kind, channel, identity_proof, state from privacy_request order by kind"
    ) == [
        ("access", "preference_centre", "confirmed_contact", "open"),
        ("erasure", "preference_centre", "confirmed_contact", "open"),
    ]
    assert her.events() == ["Data Requested", "Erasure Requested"]
    assert her.allowed()
