"""People with names that are hard to find: İrem, whom a mail did not reach, Əli, and one with HTML.

İrem enters a journey that writes to her though she never agreed, so there is a "why not" to read.
"""

from pathlib import Path

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

JOURNEY = """\
journey:
  key: console-hello
  name: Merhaba
  trigger: {event: Console Hello}
  steps:
    - key: hello
      kind: send_email
      message:
        subject: Merhaba {{ person.first_name }}
        mjml: >-
          <mjml><mj-body><mj-section><mj-column><mj-text>Merhaba</mj-text>
          </mj-column></mj-section></mj-body></mjml>
      next: end
    - {key: end, kind: exit, reason: sent}
"""
PEOPLE = {
    "console-1": ("İrem", "Şahin", "irem.sahin@ornek.test"),
    "console-2": ("Əli", "Quliyev", "eli.quliyev@ornek.test"),
    "console-3": ("Çağla", "Işık", "cagla@ornek.test"),
    "console-4": ("<img src=x onerror=1>", "Eve", "eve@ornek.test"),
}


def prepare(kervan: Kervan) -> dict[str, str]:
    """The address of İrem's page, once the story of her mail is over."""
    text = Path(kervan.config.data) / "console-hello.yaml"
    text.write_text(JOURNEY, encoding="utf-8")
    done = kervan.cli("apply", str(text))
    assert done.returncode == 0, done
    kervan.say_who_speaks()
    for user, (first, last, email) in PEOPLE.items():
        traits = {"firstName": first, "lastName": last, "email": email, "city": "Bakı"}
        kervan.send({"type": "identify", "userId": user, "traits": traits})
    irem = kervan.person("console-1")
    kervan.send(
        track("Product Viewed", "console-1", properties={"name": "Yün palto", "price": 4200}),
        track("Console Hello", "console-1"),
    )
    until(
        lambda: any(
            one["state"] == "suppressed"
            for one in kervan.get(f"/v1/people/{irem}/messages")["messages"]
        ),
        lambda: f"{kervan.get(f'/v1/people/{irem}/messages')}\n{kervan.log[-2000:]}",
        PATIENCE_SECONDS,
    )
    return {"/people/$person": f"/people/{irem}"}
