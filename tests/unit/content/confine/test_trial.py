"""A template that takes its process down is found out, and nobody else notices."""

import pytest

from kervan.content.company import Company
from kervan.content.compile import compile_email
from kervan.content.compiled import encode
from kervan.content.confine import hostile, pool, trial
from kervan.content.confine.pool import Killed, Pool, Unavailable
from kervan.content.confine.wire import Task
from kervan.content.texts.compile import compile_text
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.content.confine.bombs import MEMORY, compiled


def test_bombs_do_not_survive() -> None:
    sound = compile_text({"channel": "sms", "texts": {"tr": {"text": "{{ person.first_name }}"}}})
    assert trial.survives(sound)
    assert not trial.survives(compiled(MEMORY))
    with pytest.raises(KervanError, match="memory"):
        trial.check(compiled(MEMORY))
    assert trial.survives(sound)  # another process took the place of the one that is gone


def test_one_bomb_of_a_batch_is_that_batchs_alone() -> None:
    mine = Pool(1)
    sound = encode(compile_text({"channel": "sms", "texts": {"tr": {"text": "{{ a }}"}}}))
    with pytest.raises(Killed):
        mine.ask(Task(encode(compiled(MEMORY)), [{}]))
    first, second = mine.ask(Task(sound, [{"a": "Ayşe"}, {}], shows=True))
    assert first.fields["text"].startswith("Ayşe")
    assert (second.code, second.params["name"]) == ("content.missing_value", "a")
    mine.close()


def test_a_reader_gets_the_same_as_in_process() -> None:
    mail = compile_email(
        {"subject": "{{ person.first_name }}", "mjml": "<mjml><mj-body></mj-body></mjml>"}
    )
    shown = trial.render(mail, {"person": {"first_name": "Əli"}}, "https://k.test", Company(), "tr")
    assert shown.fields["subject"] == "Əli" and "https://k.test/" in shown.fields["html"]
    with pytest.raises(KervanError) as caught:
        trial.render(mail, {}, "https://k.test", Company(), "tr")
    assert (caught.value.code, caught.value.status) == ("content.missing_value", 422)
    with pytest.raises(KervanError) as caught:
        trial.render(compiled(MEMORY), {}, "https://k.test", Company(), "tr")
    assert caught.value.code == trial.QUARANTINED


def test_a_version_is_tried_once(postgres: Connection) -> None:
    rows = postgres.execute(
        "insert into template_version (hash, source, compiled, static_links)"
        " select sha256(g::text::bytea), '{}', '', '{}' from generate_series(1, 2) g returning id"
    ).fetchall()
    (sound,), (bomb,) = rows
    found = {sound: compiled("x"), bomb: compiled(MEMORY)}
    assert trial.admitted(postgres, found) == {sound: True, bomb: False}
    pool.shared.close()
    swapped = {sound: compiled(MEMORY), bomb: compiled("x")}
    assert trial.admitted(postgres, swapped) == {sound: True, bomb: False}  # as it is written down
    trial.passed(postgres, bomb)
    assert trial.admitted(postgres, swapped)[bomb]


def test_hostile_scenes_are_as_large_as_may_be() -> None:
    tree = {"a": {}, "xs": {"*": {"name": {}, "url": {}}}, "b": {"c": {"#": {}}}}
    made = hostile.scenes(tree)
    assert {} in made and any(len(one.get("xs", [])) == 500 for one in made)
    assert max(len(one["a"]) for one in made if isinstance(one.get("a"), str)) == 16_000


def test_a_process_that_went_by_itself_is_no_killed_one() -> None:
    mine, sound = Pool(1), Task(encode(compiled("x")), [{}])
    mine.ask(sound)
    [child] = mine._idle
    assert child._process.stdin is not None
    child._process.stdin.close()  # as if it had waited in vain: it leaves with status 0
    child._process.wait(timeout=20)
    assert len(mine.ask(sound)) == 1 and mine._idle[0] is not child
    mine.close()


def test_a_process_that_was_told_to_stop_accuses_no_template() -> None:
    task = Task(encode(compiled("x")), [{}])
    stopped, busy = pool._Child(), pool._Child()
    stopped._process.terminate()
    stopped._process.wait(timeout=20)
    with pytest.raises(Unavailable):
        stopped.ask(task)
    with pytest.raises(Unavailable):  # by the clock on the wall; it has burnt no time of its own
        busy.ask(task, patience_seconds=0.0)
    assert not stopped.alive() and not busy.alive()


def test_a_process_that_never_began_accuses_no_template() -> None:
    with pytest.raises(Unavailable) as caught:
        pool._Child("kervan.content.confine.no_such_module")
    assert caught.value.status == 503
