"""An expression that could grow without measure is not saved, whatever data it would meet."""

import pytest

from kervan.content import size
from kervan.content.parse import parse
from kervan.kernel.errors import KervanError

_NEST = "xs | join(xs | join(xs | join('aaaaaaaaaaaaaaaaaaaa')))"


@pytest.mark.parametrize(
    "template",
    [
        f"{{{{ {_NEST} }}}}",
        f"{{% if {_NEST} %}}x{{% endif %}}",
        f"{{% for one in [{_NEST}] %}}x{{% endfor %}}",
        "{{ a | join(b) }}",
        "{{ ([a, a] | join(a ~ a)) | join(a) }}",
        "{{ (a | urlencode | urlencode) | urlencode }}",
    ],
)
def test_bombs(template: str) -> None:
    with pytest.raises(KervanError) as caught:
        size.check(parse(template, "text"), "text")
    assert caught.value.code == "content.too_large" and caught.value.params["line"] == 1


@pytest.mark.parametrize(
    "template",
    [
        "{{ person.first_name | default('a') | upper | suffix('dative') }}",
        "{{ xs | join(', ') }} {{ xs | sort(attribute='a') | first }}",
        "{{ a ~ b ~ c ~ d | urlencode }} {{ a | date('long') }} {{ x | money('TRY') }}",
        "{% for p in products.viewed[:3] if p.available %}{{ p.name }}{% else %}-{% endfor %}",
    ],
)
def test_what_people_write(template: str) -> None:
    size.check(parse(template, "text"), "text")
