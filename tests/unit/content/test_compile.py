"""Templates become mails whose blocks stand where the author put them."""

import re

import msgspec
import pytest

from kervan.content import render
from kervan.content.compile import CompiledEmail, compile_email
from kervan.kernel.errors import KervanError
from tests.unit.content.mails import LINKS, compiled, rendered, source

LINES: dict[str, object] = {"ls": [{"n": "Çay"}, {"n": "Fincan"}, {"n": "Demlik"}]}


def refusal(body: str = "", **changes: object) -> tuple[str, object, object]:
    with pytest.raises(KervanError) as caught:
        compiled(body, **changes)
    error = caught.value
    for locale in ("tr", "az", "en"):
        assert error.say(locale) != error.code
    return error.code.removeprefix("content."), error.params.get("part"), error.params.get("line")


@pytest.mark.parametrize(
    "body",
    [
        "{% for l in ls %}<mj-text>«{{ l.n }}»</mj-text>{% endfor %}",
        "<mj-text>{% for l in ls %}«{{ l.n }}»{% endfor %}</mj-text>",
        "<mj-table>{% for l in ls %}<tr><td>«{{ l.n }}»</td></tr>{% endfor %}</mj-table>",
        "<mj-raw>{% for l in ls %}<tr><td>«{{ l.n }}»</td></tr>{% endfor %}</mj-raw>",
        (
            "</mj-column>{% for l in ls %}<mj-column><mj-text>«{{ l.n }}»</mj-text></mj-column>"
            "{% endfor %}<mj-column>"
        ),
        (
            "</mj-column></mj-section>{% for l in ls %}<mj-section><mj-column><mj-text>«{{ l.n }}»"
            "</mj-text></mj-column></mj-section>{% endfor %}<mj-section><mj-column>"
        ),
        (
            "</mj-column></mj-section><mj-wrapper>{% for l in ls %}<mj-section><mj-column>"
            "<mj-text>"
            "«{{ l.n }}»</mj-text></mj-column></mj-section>{% endfor %}</mj-wrapper><mj-section>"
            "<mj-column>"
        ),
        (
            "</mj-column><mj-group>{% for l in ls %}<mj-column><mj-text>«{{ l.n }}»</mj-text>"
            "</mj-column>{% endfor %}</mj-group><mj-column>"
        ),
        (
            "{% for l in ls %}{% if l.n != 'x' %}<mj-button href='https://shop.example'>«{{ l.n }}»"
            "</mj-button>{% endif %}{% endfor %}"
        ),
        (
            "<mj-text><ul>{% for l in ls %}<li title='{{ l.n }}'>«{{ l.n }}»</li>{% endfor %}</ul>"
            "</mj-text>"
        ),
        (
            "{% for l in ls %}<mj-image src='https://shop.example/a.png' alt='{{ l.n }}' />"
            "<mj-text>«{{ l.n }}»</mj-text>{% endfor %}"
        ),
    ],
)
def test_loops_survive_wherever_they_stand(body: str) -> None:
    found = rendered(body, LINES)
    assert re.findall(r"«(\w+)»", found.html) == ["Çay", "Fincan", "Demlik"]
    assert re.findall(r"«(\w+)»", found.text) == ["Çay", "Fincan", "Demlik"]
    for name in ("table", "tr", "td", "div"):
        assert len(re.findall(rf"<{name}\b", found.html)) == found.html.count(f"</{name}>")
    assert "\x01" not in found.html + found.text
    assert "kvx" not in found.html + found.text


def test_quotes_and_letters_in_attributes_stay() -> None:
    found = rendered(
        """<mj-image src="https://shop.example/a.png" alt='Ayşe&apos;nin "şık" çay\\danlığı'/>"""
        """<mj-text><b title='a "b" \u00a0'>x</b></mj-text>"""
    )
    assert (
        "Ayşe'nin"
        in rendered("""<mj-image src="https://shop.example/a.png" alt="Ayşe'nin \\ 'x'"/>""").text
    )
    assert "\\u{" not in found.html
    assert '\\"' not in found.html
    assert "&#92;" in found.html


def test_line_breaks_comments_and_preview() -> None:
    found = rendered(
        "<!-- {{ never.read }} {% if %} --><mj-text>a<br>b<hr>&nbsp;c & d</mj-text>",
        {"n": "<3>"}, preheader="{{ n }} & more",
    )  # fmt: skip
    assert "&lt;3&gt; &amp; more" in found.html
    assert found.text.strip() == "a\nb\nc & d"


def test_styles_are_inlined_without_touching_the_blocks() -> None:
    mjml = (
        "<mjml><mj-head><mj-style inline='inline'>.x { color: #123456 }</mj-style>"
        "<mj-style>@media print { .y { color: red } }</mj-style></mj-head><mj-body><mj-section>"
        "<mj-column><mj-table>{% for l in ls %}<tr><td class='x'>«{{ l.n }}»</td></tr>"
        "{% endfor %}</mj-table></mj-column></mj-section></mj-body></mjml>"
    )
    found = render.render(compile_email(source("", mjml=mjml)), LINES, LINKS)
    assert found.html.count('style="color: #123456;"') == 3
    assert "@media print { .y { color: red } }" in found.html
    assert "<!--[if mso" in found.html


def test_no_fonts_are_fetched_unasked() -> None:
    assert "fonts.googleapis" not in rendered('<mj-text font-family="Roboto">x</mj-text>').html


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("<mj-include path='/etc/passwd' />", "include_refused", 1),
        ("\n<mj-foo />", "component_unknown", 2),
        ("<mj-text><script>x</script></mj-text>", "tag_refused", 1),
        ("\n<mj-text><iframe src='https://a.example'></iframe></mj-text>", "tag_refused", 2),
        ("<mj-text><style>x</style></mj-text>", "tag_refused", 1),
        ("<mj-text><form></form></mj-text>", "tag_refused", 1),
        ("<mj-text><b onclick='x'>x</b></mj-text>", "attribute_refused", 1),
        ("<mj-text>\n<b {{ a }}>x</b></mj-text>", "tag_place", 2),
        ("<mj-text><b title={{ a }}>x</b></mj-text>", "tag_place", 1),
        ("<mj-text><{{ a }}>x</{{ a }}></mj-text>", "tag_place", 1),
        ("<mj-text><b style='color:{{ a }}'>x</b></mj-text>", "style_place", 1),
        ("<mj-text color='{{ a }}'>x</mj-text>", "style_place", 1),
        ("{{ a }}", "print_place", 1),
        ("<mj-text>x</mj-column>", "mjml_crossed", 1),
        ("<mj-text>a < b</mj-text>", "mjml_unreadable", 1),
        (("<mj-navbar>\n{% if a %}<mj-navbar-link href='https://a.example'>x</mj-navbar-link>"
         "{% endif %}</mj-navbar>"), "block_place", 2),
        ("<mj-text>\n<a href='javascript:x'>x</a></mj-text>", "link_refused", 2),
        ("<mj-text><a href=' JaVaScRiPt:x'>x</a></mj-text>", "link_refused", 1),
        ("<mj-text><a href='java&#115;cript:x'>x</a></mj-text>", "link_refused", 1),
        ("<mj-text><a href='data:text/html,x'>x</a></mj-text>", "link_refused", 1),
        ("<mj-text><a href='/basket'>x</a></mj-text>", "link_refused", 1),
        ("<mj-text><a href='https://u:p@shop.example/'>x</a></mj-text>", "link_refused", 1),
        ("<mj-text><a href='javascript:{{ a }}'>x</a></mj-text>", "link_refused", 1),
        ("<mj-text><a href='https://u@{{ a }}'>x</a></mj-text>", "link_refused", 1),
        ("<mj-text><img src='http:{{ a }}'></mj-text>", "", None),
        ("<mj-text><img src='file:///x'></mj-text>", "image_refused", 1),
        ("<mj-text><a href='x{{ unsubscribe_url }}'>x</a></mj-text>", "unsubscribe_place", 1),
        ("<mj-text>{{ unsubscribe_url | upper }}</mj-text>", "unsubscribe_place", 1),
        ("<mj-text>{{ preferences_url[:4] }}</mj-text>", "unsubscribe_place", 1),
        ("<mj-text>{{ u | link }}</mj-text>", "link_filter_place", 1),
        ("<mj-section-x>", "component_unknown", 1),
        ("<b>" * 70 + "</b>" * 70, "too_deep", 1),
    ],
)  # fmt: skip
def test_refused_with_a_line(body: str, code: str, line: int | None) -> None:
    if not code:
        compiled(body)
        return
    found = refusal(body)
    assert found[0] == code
    assert line is None or found[1:] == ("mjml", line)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": "  "}, "subject_empty"),
        ({"subject": "{{ unsubscribe_url }}"}, "unsubscribe_place"),
        ({"subject": "{{ a | nope }}"}, "filter_unknown"),
        ({"preheader": "{% if %}"}, "unexpected"),
        ({"from_email": "a@b@c"}, "address_invalid"),
        ({"from_email": "a@b.c\r\nBcc: x@y.z"}, "address_invalid"),
        ({"from_name": "a\r\nBcc: x@y.z"}, "from_name_invalid"),
        ({"reply_to": "nobody"}, "address_invalid"),
        ({"mjml": ""}, "mjml_unreadable"),
        ({"mjml": "<mjml></mjml>"}, "mjml_unreadable"),
        ({"mjml": "<html><body>x</body></html>"}, "mjml_unreadable"),
        ({"colour": "red"}, "source_invalid"),
        ({"language": "de"}, "source_invalid"),
        ({"link_hosts": ["https://shop.example"]}, "link_host_invalid"),
        ({"link_hosts": [""]}, "link_host_invalid"),
    ],
)
def test_refused_outside_the_body(changes: dict[str, object], code: str) -> None:
    assert refusal("<mj-text>x</mj-text>", **changes)[0] == code


def test_an_address_from_data_needs_its_hosts_named() -> None:
    body = "<mj-text>\n<a href='{{ u }}'>x</a></mj-text>"
    assert refusal(body, link_hosts=[]) == ("link_hosts_missing", None, 2)
    compiled(body.replace("{{ u }}", "https://shop.example/{{ u }}"), link_hosts=[])
    text = refusal("<mj-text>x</mj-text>", link_hosts=[], text="{{ u | link }}")
    assert text[0] == "link_hosts_missing"


def test_mail_and_telephone_links_are_left_alone() -> None:
    found = rendered(
        "<mj-text><a href='mailto:{{ m }}'>m</a><a href='tel:+90123'>t</a><a href='#a'>a</a>"
        "</mj-text>", {"m": 'a@b.c"x'},
    )  # fmt: skip
    assert 'href="mailto:a@b.c&quot;x"' in found.html
    assert 'href="tel:+90123"' in found.html
    assert found.dynamic_links == []


def test_marketing_always_has_a_way_out_and_only_one() -> None:
    plain = rendered("<mj-text>x</mj-text>", purpose="marketing", language="tr")
    assert plain.html.count(LINKS.unsubscribe_url) == plain.text.count(LINKS.unsubscribe_url) == 1
    assert "almak istemiyorum" in plain.text
    own = rendered(
        "<mj-text><a href='{{ unsubscribe_url }}'>bye</a></mj-text>", purpose="marketing"
    )
    assert own.html.count(LINKS.unsubscribe_url) == own.text.count(LINKS.unsubscribe_url) == 1
    assert LINKS.unsubscribe_url not in rendered("<mj-text>x</mj-text>").html


def test_marketing_leads_to_the_readers_preferences() -> None:
    plain = rendered("<mj-text>x</mj-text>", purpose="marketing", language="az")
    assert plain.html.count(LINKS.preferences_url) == plain.text.count(LINKS.preferences_url) == 1
    assert "seçmək istəyirəm" in plain.text
    written = rendered(
        "<mj-text><a href='{{ preferences_url }}'>a</a> {{ unsubscribe_url }}</mj-text>",
        purpose="marketing",
        text="{{ preferences_url }}",
    )
    assert written.html.count(LINKS.preferences_url) == 1
    assert written.text.count(LINKS.preferences_url) == 1
    assert written.html.count(LINKS.unsubscribe_url) == written.text.count(LINKS.unsubscribe_url)
    asked = rendered("<mj-text><a href='{{ confirm_url }}'>a</a></mj-text>")
    assert asked.html.count(LINKS.confirm_url) == asked.text.count(LINKS.confirm_url) == 1
    assert LINKS.preferences_url not in asked.html


def test_an_own_text_part_has_its_links_rewritten_too() -> None:
    found = rendered(
        "<mj-text><a href='https://shop.example/a'>x</a></mj-text>",
        {"ls": [{"u": "https://shop.example/1"}], "s": "q r"},
        text="See https://shop.example/b, or https://shop.example/s?q={{ s }}.\n"
        "{% for l in ls %}\n  {{ l.u | link }}\n{% endfor %}",
    )
    assert "shop.example" not in found.text
    assert found.text.count("https://t.example/c/") == 3
    assert found.dynamic_links == ["https://shop.example/s?q=q%20r", "https://shop.example/1"]
    assert f"See {LINKS.click(2)}, or {LINKS.click(3)}.\n" in found.text
    assert f"  {LINKS.click(4)}\n" in found.text


def test_a_compiled_mail_survives_being_kept() -> None:
    mail = compiled("<mj-text>{{ n }}</mj-text>")
    again = msgspec.json.decode(msgspec.json.encode(mail), type=CompiledEmail)
    assert render.render(again, {"n": "ş"}, LINKS) == render.render(mail, {"n": "ş"}, LINKS)


def test_a_mail_that_gmail_would_cut_is_warned_of() -> None:
    mail = compiled("<mj-text>" + "x" * 120_000 + "</mj-text>")
    assert mail.warnings == ["content.clipped"]
