"""Roles are data: the owner may do all, others what is written down, the unknown nothing."""

from kervan.web import roles


def test_the_owner_may_do_everything() -> None:
    assert roles.of("owner") == roles.rights()


def test_an_unknown_role_may_do_nothing() -> None:
    assert roles.of("intern") == frozenset()
    assert roles.of_all(["intern"]) == frozenset()
    assert roles.of_all([]) == frozenset()


def test_who_writes_journeys_does_not_approve_them() -> None:
    for role in roles.names():
        if role != "owner":
            assert not {"journeys.edit", "journeys.approve"} <= roles.of(role), role


def test_every_role_names_known_rights_and_may_manage_itself() -> None:
    for role in roles.names():
        assert "self.manage" in roles.of(role) <= roles.rights(), role


def test_several_roles_add_up() -> None:
    assert roles.of_all(["analyst", "developer"]) == roles.of("analyst") | roles.of("developer")
