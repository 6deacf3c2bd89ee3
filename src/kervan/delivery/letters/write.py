"""Writes the templates of Kervan's own mails from the words of a language."""

import html
from functools import cache

from kervan.consent.opt_in import OPT_IN, SAME_DAY
from kervan.content.compile import EmailSource
from kervan.kernel import i18n

FRESH_LINK = "fresh_link"
_WAY = {OPT_IN: "confirm_url", SAME_DAY: "unsubscribe_url", FRESH_LINK: "preferences_url"}
_MJML = """<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Inter, Helvetica, Arial, sans-serif" />
      <mj-text font-size="16px" line-height="25px" color="#1f2733" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f3f5f9">
    <mj-section padding="16px 0 0"></mj-section>
    <mj-section background-color="#ffffff" padding="28px 16px" border-radius="10px">
      <mj-column>
        <mj-text font-size="14px" color="#5a6475">{{ shop }}</mj-text>
        <mj-text font-size="22px" line-height="30px" font-weight="600">%title%</mj-text>
        <mj-text>%text%</mj-text>
        <mj-button href="{{ %way% }}" background-color="#2f5cb8" color="#ffffff"
          font-size="16px" inner-padding="13px 24px" border-radius="8px" align="left"
          >%button%</mj-button>
        <mj-text font-size="14px" line-height="22px" color="#5a6475">%else%</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>"""
_TEXT = """%title%

%text%

%button%: {{ %way% }}

%else%
"""


@cache
def letter(kind: str, language: str) -> EmailSource:
    """The template of a mail of `kind` (opt_in.OPT_IN, SAME_DAY, FRESH_LINK) in tr, az or en.

    It wants the context `shop`, and for SAME_DAY `day` and `time` of the consent.
    """

    def say(part: str, link: str) -> str:
        said = i18n.say(f"delivery.letter_{kind}_{part}", language, link=link)
        for name in ("shop", "day", "time"):
            said = said.replace("{" + name + "}", "{{ " + name + " }}")
        return said

    address = "{{ preferences_url }}"
    mjml, text = _MJML, _TEXT
    for part in ("title", "text", "button", "else"):
        shown = html.escape(say(part, "%link%"), quote=False).replace(
            "%link%", f'<a href="{address}" style="color:#2f5cb8;">{_label(language)}</a>'
        )
        mjml = mjml.replace(f"%{part}%", shown)
        text = text.replace(f"%{part}%", say(part, address))
    return EmailSource(
        subject=say("subject", ""),
        mjml=mjml.replace("%way%", _WAY[kind]),
        text=text.replace("%way%", _WAY[kind]),
        language="tr" if language == "tr" else "az" if language == "az" else "en",
        purpose="transactional",
    )


def _label(language: str) -> str:
    return i18n.say("content.preferences", language)
