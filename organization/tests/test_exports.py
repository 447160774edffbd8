"""Units and users go out as tables."""

import pytest

from tests.cast import Cast
from tests.tabled import export_and_import, exported

pytestmark = pytest.mark.django_db


def test_units_by_code_with_their_parents(cast: Cast):
    assert exported("org_units") == [
        "code,name,level,parent",
        "EAST,Unit EAST,branch,HQ",
        "EAST-1,Unit EAST-1,outlet,EAST",
        "HQ,Unit HQ,group,",
        "WEST,Unit WEST,branch,HQ",
        "WEST-1,Unit WEST-1,outlet,WEST",
    ]


def test_users_without_administrators_and_without_passwords(cast: Cast):
    lines = exported("users")
    assert lines[0] == "username,name,email,org_unit,role"
    assert "alice,Alice,,EAST-1,account_manager" in lines
    assert not [line for line in lines if line.startswith("adam")]
    assert lines[1:] == sorted(lines[1:])


def test_people_export_their_part_of_the_company(cast: Cast):
    assert [line.split(",")[0] for line in exported("org_units", user=cast.walter)[1:]] == [
        "WEST",
        "WEST-1",
    ]
    assert [line.split(",")[0] for line in exported("users", user=cast.walter)[1:]] == [
        "walter",
        "wendy",
    ]


def test_what_went_out_comes_in_unchanged_also_with_somebody_who_left(cast: Cast, tmp_path):
    cast.bob.is_active = False
    cast.bob.save()
    assert export_and_import(tmp_path, ["org_units", "users"]) == {
        "org_units": (0, 0, 0),
        "users": (0, 0, 0),
    }
