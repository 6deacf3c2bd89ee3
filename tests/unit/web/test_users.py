"""One account for an address however typed, always an owner, links by a verified word only."""

import pytest

from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import access, totp, users

_VAULT = Vault(bytes(range(32)))


def _refused(code: str) -> pytest.RaisesExc[KervanError]:
    return pytest.RaisesExc(KervanError, check=lambda error: error.code == code)


def test_an_address_is_one_account_however_it_is_typed(postgres: Connection) -> None:
    user = users.add(
        postgres, "main", " İrem.IŞIK@Mağaza.com ".replace("Ş", "S").replace("ğ", "g"), ["analyst"]
    )
    assert users.by_id(postgres, user).email == "irem.isik@magaza.com"
    for typed in ("irem.isik@magaza.com", "IREM.ISIK@MAGAZA.COM", "ırem.ısık@magaza.com"):
        found = users.by_email(postgres, typed)
        assert found is not None and found.id == user, typed
    with _refused("web.user_exists"):
        users.add(postgres, "main", "IREM.ISIK@magaza.com", ["analyst"])


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "a@b",
        "аdmin@shop.com",  # a Cyrillic а
        "a@shоp.com",  # a Cyrillic о
        "a'; drop table kervan.app_user; --@shop.com",
        "a b@shop.com",
        "x" * 300 + "@shop.com",
        "a\u202e@shop.com",
    ],
)
def test_what_is_no_address_or_looks_like_anothers_is_refused(
    postgres: Connection, email: str
) -> None:
    with _refused("web.email_not_good"):
        users.add(postgres, "main", email, ["analyst"])
    assert users.by_email(postgres, email) is None


def test_roles_must_be_known(postgres: Connection) -> None:
    for held in ([], ["king"], ["analyst", "king"]):
        with _refused("web.role_unknown"):
            users.add(postgres, "main", "a@shop.com", held)


def test_the_last_owner_stays(postgres: Connection) -> None:
    one = users.add(postgres, "main", "one@shop.com", ["owner"])
    with _refused("web.last_owner"):
        users.disable(postgres, "main", one)
    with _refused("web.last_owner"):
        users.set_roles(postgres, "main", one, ["analyst"])
    two = users.add(postgres, "main", "two@shop.com", ["owner"])
    users.disable(postgres, "main", two)
    with _refused("web.last_owner"):
        users.disable(postgres, "main", one)
    users.enable(postgres, two)
    users.set_roles(postgres, "main", one, ["analyst", "agent"])
    assert {row.email: row.roles for row in users.everybody(postgres, "main")} == {
        "one@shop.com": ["analyst", "agent"],
        "two@shop.com": ["owner"],
    }


def test_a_provider_links_by_a_verified_address_only(postgres: Connection) -> None:
    user = users.add(postgres, "main", "one@shop.com", ["analyst"])
    who = ("https://id.example", "sub-1", "One@Shop.com")
    assert users.by_provider(postgres, *who, verified=False) is None
    found = users.by_provider(postgres, *who, verified=True)
    assert found is not None and found.id == user
    again = users.by_provider(postgres, "https://id.example", "sub-1", "", verified=False)
    assert again is not None and again.id == user
    taken_over = users.by_provider(
        postgres, "https://id.example", "sub-2", "one@shop.com", verified=True
    )
    assert taken_over is None
    stranger = users.by_provider(
        postgres, "https://id.example", "sub-3", "nobody@shop.com", verified=True
    )
    assert stranger is None


def test_a_second_factor_is_on_once_a_code_proves_it(postgres: Connection) -> None:
    user = users.by_id(postgres, users.add(postgres, "main", "one@shop.com", ["analyst"]))
    with _refused("web.code_wrong"):
        users.confirm_second_factor(postgres, _VAULT, user, "123456")
    secret = users.draft_second_factor(postgres, _VAULT, user)
    with _refused("web.code_wrong"):
        users.confirm_second_factor(postgres, _VAULT, user, "abc")
    code = totp.code(secret, totp.step_of(clock.now_ms()))
    papers = users.confirm_second_factor(postgres, _VAULT, user, code)
    user = users.by_id(postgres, user.id)
    assert user.totp_sealed is not None and secret not in user.totp_sealed
    assert not users.is_second_factor(postgres, _VAULT, user, code), "used to turn it on"
    assert users.is_second_factor(postgres, _VAULT, user, papers[0].upper())
    assert not users.is_second_factor(postgres, _VAULT, user, papers[0])
    assert users.recovery_left(postgres, user.id) == 9
    users.drop_second_factor(postgres, user.id)
    gone = users.by_id(postgres, user.id)
    assert gone.totp_sealed is None
    assert not users.is_second_factor(postgres, _VAULT, gone, papers[1])


def test_a_link_for_a_password_is_good_once_and_the_newest_only(postgres: Connection) -> None:
    user = users.by_id(postgres, users.add(postgres, "main", "one@shop.com", ["analyst"]))
    old = users.forget_password_of(postgres, user)
    new = users.forget_password_of(postgres, user)
    assert not access.is_good_link(postgres, old, access.PASSWORD)
    assert not access.is_good_link(postgres, new, access.SIGN_IN)
    assert access.use_link(postgres, new) is None, "a link for a password signs nobody in"
    session = access.open_session(postgres, user.id, "password")
    assert users.choose_password(postgres, new, "vişne renkli dört bisiklet").id == user.id
    assert access.by_session(postgres, session, "main") is None, "old sessions end"
    for secret in (old, new, "foreign", ""):
        with _refused("web.password_link_not_good"):
            users.choose_password(postgres, secret, "vişne renkli dört bisiklet")


def test_of_two_who_read_the_account_at_once_one_code_lets_in_one(postgres: Connection) -> None:
    user = users.by_id(postgres, users.add(postgres, "main", "one@shop.com", ["analyst"]))
    secret = users.draft_second_factor(postgres, _VAULT, user)
    step = totp.step_of(clock.now_ms())
    users.confirm_second_factor(postgres, _VAULT, user, totp.code(secret, step))
    read = users.by_id(postgres, user.id)  # both have read it before either has written
    code = totp.code(secret, step + 1)
    assert users.is_second_factor(postgres, _VAULT, read, code)
    assert not users.is_second_factor(postgres, _VAULT, read, code)
