"""The text part says what the HTML says."""

import re

from kervan.content import plaintext

WORD = re.compile(r"kvx\d+z")


def test_blocks_links_and_what_is_hidden() -> None:
    found = plaintext.from_html(
        "<head><title>t</title><style>x</style></head><body><div style='display:none'>pre</div>"
        "<!--[if mso]><p>outlook</p><![endif]--><h1>Başlık</h1><p>bir  <b>iki</b>, "
        "<a href='\x02S1\x02'>üç</a>.</p><ul><li>a</li><li>b</li></ul><img alt='resim'>"
        "<table><tr><td>x</td><td>y</td></tr></table>a<br>b</body>", WORD,
    )  # fmt: skip
    assert found == ("Başlık\n\nbir iki, üç <\x02S1\x02>.\n\n- a\n- b\n\nresim\n\nx y\n\na\nb\n")


def test_a_loop_keeps_its_line_breaks_inside() -> None:
    found = plaintext.from_html(
        "<table><!--kvx0z--><tr><td>row</td></tr><!--kvx1z--></table><p>end</p>", WORD
    )
    assert found == "<!--kvx0z-->row\n<!--kvx1z-->\nend\n"


def test_tidy_takes_away_what_loops_leave() -> None:
    assert plaintext.tidy("\n\na \n\n\n\n  b\nc  ") == "a\n\nb\nc\n"
