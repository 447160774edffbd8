"""Units and users come in as tables."""

import pytest

from core.context import acting
from core.models import History
from organization.models import OrgUnit, User
from tests.cast import Cast
from tests.tabled import complaints, counts, take

pytestmark = pytest.mark.django_db

UNITS = "code,name,level,parent"
USERS = "username,name,email,org_unit,role"


def places() -> dict[str, str | None]:
    """Every unit's parent."""
    return dict(OrgUnit.objects.values_list("code", "parent__code"))


def test_units_come_in_whatever_their_order(tmp_path):
    lines = ["O1,网点一,outlet,B1", "B1,分公司,branch,G", "G,集团,group,"]
    assert counts(take(tmp_path, "org_units", UNITS, *lines)) == (3, 0, 0, 0)
    assert places() == {"O1": "B1", "B1": "G", "G": None}
    group, outlet = OrgUnit.objects.get(code="G"), OrgUnit.objects.get(code="O1")
    assert outlet.path.startswith(group.path)
    assert counts(take(tmp_path, "org_units", UNITS, *lines)) == (0, 0, 3, 0)


def test_a_parent_further_down_than_a_batch_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("core.tables.importer.ImportHandler.batch_size", 1)
    report = take(tmp_path, "org_units", UNITS, "O1,One,outlet,B1", "B1,B,branch,G", "G,G,group,")
    assert counts(report) == (3, 0, 0, 0)
    assert places() == {"O1": "B1", "B1": "G", "G": None}


def test_a_level_may_be_written_in_chinese_or_english_words(tmp_path):
    assert counts(take(tmp_path, "org_units", "code,name,level", "G,G,Group", "B,B,BRANCH")) == (
        2,
        0,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        (["B9,B,branch,NOWHERE"], [(2, "parent")]),
        (["B9,B,branch,EAST-1"], [(2, "parent")]),  # a branch under an outlet
        (["EAST,East,outlet,HQ", "X,X,branch,EAST"], [(3, "parent")]),
        (["HQ,HQ,outlet,"], [(2, "level")]),  # the branches are there already
        (["HQ,HQ,group,HQ"], [(2, "parent")]),
        (["A,A,branch,B", "B,B,branch,A"], [(2, "parent"), (3, "parent")]),
        (["EAST,East,group,EAST-1"], [(2, "parent")]),
        (["A,A,region,"], [(2, "level")]),
        (["A,,branch,"], [(2, "name")]),
    ],
)
def test_units_that_cannot_stand_there_are_refused(cast: Cast, tmp_path, lines, where):
    before = places()
    assert complaints(take(tmp_path, "org_units", UNITS, *lines)) == where
    assert places() == before


def test_levels_may_be_lowered_together(cast: Cast, tmp_path):
    lines = ["HQ,HQ,branch,", "EAST,East,outlet,HQ", "WEST,West,outlet,HQ"]
    assert counts(take(tmp_path, "org_units", UNITS, *lines)) == (0, 3, 0, 0)


def test_units_may_change_places(cast: Cast, tmp_path):
    lines = ["HQ,HQ,branch,EAST", "EAST,East,branch,"]
    assert counts(take(tmp_path, "org_units", UNITS, *lines)) == (0, 2, 0, 0)
    assert places()["HQ"] == "EAST"
    assert places()["EAST"] is None
    assert set(OrgUnit.objects.below(OrgUnit.objects.get(code="EAST"))) == set(
        OrgUnit.objects.all()
    )


def test_a_file_without_the_parent_leaves_units_where_they_are(cast: Cast, tmp_path):
    report = take(tmp_path, "org_units", "code,name,level", "EAST,Renamed,branch")
    assert counts(report) == (0, 1, 0, 0)
    assert places()["EAST"] == "HQ"
    assert OrgUnit.objects.get(code="EAST").name == "Renamed"


def test_an_empty_parent_makes_a_root(cast: Cast, tmp_path):
    take(tmp_path, "org_units", UNITS, "EAST,Unit EAST,branch,")
    assert places()["EAST"] is None


def test_with_skip_the_good_units_are_taken_and_the_bad_ones_named(tmp_path):
    lines = ["O1,One,outlet,B1", "B1,B,branch,NOWHERE", "G,G,group,", "O2,Two,outlet,G"]
    report = take(tmp_path, "org_units", UNITS, *lines, on_error="skip")
    assert counts(report) == (2, 0, 0, 2)
    assert complaints(report) == [(2, "parent"), (3, "parent")]
    assert places() == {"G": None, "O2": "G"}


def test_new_users_cannot_sign_in_until_they_are_invited(cast: Cast, tmp_path):
    report = take(tmp_path, "users", USERS, "zhang.wei,张伟,zw@example.com,EAST,account_manager")
    assert counts(report) == (1, 0, 0, 0)
    user = User.objects.get(username="zhang.wei")
    assert (user.name, user.email, user.org_unit, user.role) == (
        "张伟",
        "zw@example.com",
        cast.east,
        "account_manager",
    )
    assert not user.has_usable_password()
    assert user.is_active


def test_an_import_changes_a_user_but_never_the_password(cast: Cast, tmp_path):
    with acting(actor="import"):
        assert counts(take(tmp_path, "users", USERS, "alice,Alice A,,WEST,finance")) == (0, 1, 0, 0)
    alice = User.objects.get(username="alice")
    assert (alice.org_unit, alice.role, alice.name) == (cast.west, "finance", "Alice A")
    assert alice.check_password("correct horse battery")
    change = History.objects.get(table_name="organization_user", actor="import")
    assert set(change.changes) == {"name", "org_unit_id", "role"}


def test_user_names_are_stored_as_sign_in_looks_for_them(cast: Cast, tmp_path):
    take(tmp_path, "users", USERS, "ｚｏｅ,Zoe,,EAST,analyst")
    assert User.objects.filter(username="zoe").exists()


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("new user,N,,EAST,finance", "username"),
        ("new/user,N,,EAST,finance", "username"),
        ("new,N,not-an-address,EAST,finance", "email"),
        ("new,N,,NOWHERE,finance", "org_unit"),
        ("new,N,,,finance", "org_unit"),
        ("new,N,,EAST,", "role"),
        ("new,N,,EAST,boss", "role"),
        ("new,N,,EAST,administrator", "role"),
        ("adam,N,,EAST,finance", "username"),  # an administrator
        ("x" * 101 + ",N,,EAST,finance", "username"),
    ],
)
def test_a_wrong_user_is_refused_with_the_column(cast: Cast, tmp_path, line, column):
    before = User.objects.count()
    assert complaints(take(tmp_path, "users", USERS, line)) == [(2, column)]
    assert User.objects.count() == before
    assert User.objects.get(username="adam").is_administrator


def test_a_name_that_comes_twice_must_say_the_same(cast: Cast, tmp_path):
    same = "new,N,,EAST,finance"
    assert counts(take(tmp_path, "users", USERS, same, same)) == (1, 0, 1, 0)
    report = take(tmp_path, "users", USERS, "new2,N,,EAST,finance", "new2,N,,WEST,finance")
    assert complaints(report) == [(3, "username")]
    assert "line 2" in report.errors[0].message
    assert not User.objects.filter(username="new2").exists()


def test_the_same_name_corrected_twice_is_refused_too(cast: Cast, tmp_path):
    report = take(tmp_path, "users", USERS, "alice,A,,EAST,finance", "alice,B,,EAST,finance")
    assert complaints(report) == [(3, "username")]
    assert User.objects.get(username="alice").name == "Alice"


def test_on_behalf_of_a_person_what_they_may_not_see_is_as_absent(cast: Cast, tmp_path):
    foreign = take(tmp_path, "users", USERS, "new,N,,WEST,finance", actor=cast.bruno)
    absent = take(tmp_path, "users", USERS, "new,N,,NOWHERE,finance", actor=cast.bruno)
    assert foreign.errors[0].message.replace("WEST", "NOWHERE") == absent.errors[0].message
    assert complaints(
        take(tmp_path, "users", USERS, "wendy,W,,EAST,finance", actor=cast.bruno)
    ) == [(2, "username")]
    assert complaints(take(tmp_path, "org_units", UNITS, "X,X,outlet,WEST", actor=cast.bruno)) == [
        (2, "parent")
    ]
    assert complaints(take(tmp_path, "org_units", UNITS, "WEST,X,branch,", actor=cast.bruno)) == [
        (2, "code")
    ]
    assert counts(take(tmp_path, "org_units", UNITS, "X,X,outlet,EAST", actor=cast.bruno)) == (
        1,
        0,
        0,
        0,
    )
