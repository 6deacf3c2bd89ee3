"""The mail that tells a colleague of somebody: its template in each language, and what it shows."""

from functools import cache
from typing import Any, Literal

from kervan.content.compile import EmailSource
from kervan.kernel import i18n

Language = Literal["tr", "az", "en"]
_MJML = """<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Inter, Helvetica, Arial, sans-serif" />
      <mj-text font-size="15px" line-height="23px" color="#1f2733" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f3f5f9">
    <mj-section background-color="#ffffff" padding="28px 16px" border-radius="10px">
      <mj-column>
        <mj-text font-size="20px" line-height="28px" font-weight="600">{{ subject }}</mj-text>
        <mj-text>{% for line in lines %}{{ line }}<br />{% endfor %}</mj-text>
        <mj-text>
          {% for fact in facts %}{{ fact.name }}: {{ fact.value }}<br />{% endfor %}
        </mj-text>
        <mj-text font-size="13px" color="#5a6475">%why%</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>"""
_TEXT = """{{ subject }}

{% for line in lines %}{{ line }}
{% endfor %}
{% for fact in facts %}{{ fact.name }}: {{ fact.value }}
{% endfor %}
%why%
"""


@cache
def letter(language: Language) -> EmailSource:
    """The template; it wants `subject`, `lines` and `facts` (`shown`)."""
    why = i18n.say("journeys.notice_why", language)
    return EmailSource(
        subject="{{ subject }}",
        mjml=_MJML.replace("%why%", why),
        text=_TEXT.replace("%why%", why),
        language=language,
        purpose="transactional",
    )


def shown(subject: str, text: str, facts: dict[str, str], language: str) -> dict[str, Any]:
    """What the template shows; `facts` are {short word: value}, empty ones are left out."""
    return {
        "subject": subject,
        "lines": text.splitlines(),
        "facts": [
            {"name": i18n.say(f"journeys.notice_{word}", language), "value": value}
            for word, value in facts.items()
            if value
        ],
    }
