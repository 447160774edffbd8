"""Who may import what, and that an import reaches no further than its person."""

import pytest
from django.test import Client

from conftest import as_role
from core.context import acting
from crm.roles import APP
from customers.models import Contact, Customer
from organization.models import User
from tests.cast import Cast
from workspace.imports import IMPORTS
from workspace.models import Upload
from workspace.tests.uploading import GOOD, Person, counts, worked
from workspace.uploads.kinds import KINDS, kinds_for

pytestmark = pytest.mark.django_db

OF_HEADS = {"customers", "contacts", "accounts", "contracts", "notes"}
OF_GROUP = OF_HEADS | {"plan_lines", "receipts", "waybills", "survey_responses"}


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("account_manager", set()),
        ("outlet_manager", OF_HEADS),
        ("branch_manager", OF_HEADS),
        ("group_manager", OF_GROUP),
        ("finance", {"contracts", "plan_lines", "receipts"}),
        ("service_agent", set()),
        ("analyst", set()),
        ("administrator", OF_GROUP | {"org_units", "users"}),
    ],
)
def test_each_role_imports_its_kinds_and_no_other(cast: Cast, role: str, kinds: set[str]):
    user = cast.eight_roles[role]
    assert {kind.name for kind in kinds_for(user)} == kinds
    client = Client()
    client.force_login(user)
    response = client.get("/imports/")
    assert response.status_code == (200 if kinds else 403)
    for name in OF_GROUP | {"org_units", "users"}:
        status = client.get(f"/imports/blank/{name}.csv").status_code
        assert status == (200 if name in kinds else 404 if kinds else 403)


def test_every_kind_that_can_be_imported_stands_on_the_page():
    assert set(KINDS) == set(IMPORTS)


def test_a_kind_that_is_not_ones_own_cannot_be_slipped_in(cast: Cast):
    bruno = Person(cast.bruno)
    upload = bruno.brings("username,org_unit,role\nx,EAST-1,finance\n", kind="users")
    assert upload.kind == ""
    data = {"kind": "users", "column-0": "username", "column-1": "org_unit", "column-2": "role"}
    assert bruno.client.post(f"/imports/{upload.pk}/columns/", data).status_code == 422
    Upload.objects.filter(pk=upload.pk).update(
        kind="users", state="checking", columns=["username", "org_unit", "role"]
    )
    assert worked(upload).state == "refused"
    assert not User.objects.filter(username="x").exists()


def test_a_head_of_one_branch_cannot_write_anothers_customer(cast: Cast):
    bruno = Person(cast.bruno)
    text = "code,name,org_unit\nWOLF,Taken over,EAST-1\n"
    upload = bruno.checks(bruno.brings(text))
    assert counts(upload) == (0, 0, 0, 1)
    assert "“WOLF” is taken" in bruno.look(upload)
    assert "Customer WOLF" not in bruno.look(upload)
    bruno.takes(upload, rows="good")
    assert Customer.objects.get(code="WOLF").name == "Customer WOLF"


@pytest.mark.parametrize(
    ("column", "foreign", "absent"),
    [("org_unit", "WEST-1", "NOWHERE"), ("account_manager", "wendy", "nobody"),
     ("parent", "WOLF", "NONE")],
)  # fmt: skip
def test_what_is_anothers_is_answered_as_what_is_not_there(
    cast: Cast, column: str, foreign: str, absent: str
):
    said = []
    bruno = Person(cast.bruno)
    for value in (foreign, absent):
        row = {"code": "N", "name": "New", "org_unit": "EAST-1", column: value}
        text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
        upload = bruno.checks(bruno.brings(text))
        assert counts(upload) == (0, 0, 0, 1)
        said.append(bruno.file(upload, "rejects.csv").decode().replace(value, "…"))
    assert said[0] == said[1]


def test_contacts_of_another_branch_are_as_absent(cast: Cast):
    bruno = Person(cast.bruno)
    upload = bruno.checks(bruno.brings("customer_code,name\nWOLF,Spy\nACME,Zhang\n"))
    assert counts(upload) == (1, 0, 0, 1)
    bruno.takes(upload, rows="good")
    assert list(Contact.objects.values_list("name", flat=True)) == ["Zhang"]


def test_a_group_company_out_of_sight_stays_and_is_named_nowhere(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(parent=cast.wolf)
    bruno = Person(cast.bruno)
    upload = bruno.checks(bruno.brings("code,name,org_unit,parent\nACME,Acme,EAST-1,BOLT\n"))
    page, file = bruno.look(upload), bruno.file(upload, "differences.csv").decode("utf-8-sig")
    assert "<ins>Acme</ins>" in page
    assert "WOLF" not in page + file
    assert "BOLT" not in page + file  # whose group it is, is not theirs to change
    bruno.takes(upload)
    assert Customer.objects.get(code="ACME").parent == cast.wolf


def test_limits_are_for_the_group_level_to_decide(cast: Cast):
    text = "code,name,org_unit,credit_limit\nACME,Acme,EAST-1,500000\n"
    bruno = Person(cast.bruno)
    upload = bruno.brings(text)
    assert upload.columns == ["code", "name", "org_unit", None]
    assert "the group level decides on it" in bruno.look(upload)
    bruno.says_columns(upload, "code", "name", "org_unit", "credit_limit")  # as if it were offered
    assert upload.columns == ["code", "name", "org_unit", None]
    Upload.objects.filter(pk=upload.pk).update(columns=["code", "name", "org_unit", "credit_limit"])
    assert worked(upload).state == "refused"

    greta = Person(cast.greta)
    greta.takes(greta.checks(greta.brings(text)))
    assert Customer.objects.get(code="ACME").credit_limit == 500000


def test_an_administrator_brings_in_a_company_and_is_shown_no_customers_data(cast: Cast):
    adam = Person(cast.adam)
    Customer.objects.filter(code="WOLF").update(phone="canary-phone")
    text = "code,name,org_unit,phone\nWOLF,Wolf Ltd,WEST-1,1\n"
    upload = adam.checks(adam.brings(text))
    assert counts(upload) == (0, 1, 0, 0)
    assert "canary" not in adam.look(upload)
    assert b"canary" not in adam.file(upload, "differences.csv")
    assert 'href="/customers/' not in adam.look(upload)
    adam.takes(upload)
    assert Customer.objects.get(code="WOLF").phone == "1"


def test_an_administrator_sees_which_units_and_people_change(cast: Cast):
    adam = Person(cast.adam)
    upload = adam.checks(adam.brings("username,org_unit,role\nbob,WEST-1,account_manager\n"))
    page = adam.look(upload)
    assert "<del>EAST-1</del>" in page
    assert "<ins>WEST-1</ins>" in page


def test_roles_come_in_only_after_the_password_was_asked_for_again(cast: Cast, settings):
    adam = Person(cast.adam)
    upload = adam.checks(adam.brings("username,org_unit,role\nbob,EAST-1,analyst\n"))
    settings.CONFIRM_MINUTES = -1  # long ago
    response = adam.client.post(f"/imports/{upload.pk}/take/", {"rows": "all"})
    assert response.url.startswith("/confirm/?next=")
    upload.refresh_from_db()
    assert upload.state == "checked"
    settings.CONFIRM_MINUTES = 15
    assert adam.takes(upload).state == "done"
    assert User.objects.get(username="bob").role == "analyst"


def test_uploads_are_ones_own(cast: Cast):
    """Others' are answered like absent ones, administrators' included; these see that they are."""
    bruno, walter, adam = Person(cast.bruno), Person(cast.walter), Person(cast.adam)
    upload = bruno.checks(bruno.brings(GOOD + "BAD,Bad Ltd,NOWHERE,\n", "mine.csv"))
    for stranger in (walter, adam):
        for method, step in (
            ("get", ""), ("post", "columns/"), ("post", "check/"), ("post", "take/"),
            ("post", "discard/"), ("get", "files/rejects.csv"), ("get", "files/differences.csv"),
        ):  # fmt: skip
            theirs = getattr(stranger.client, method)(f"/imports/{upload.pk}/{step}")
            absent = getattr(stranger.client, method)(f"/imports/999999/{step}")
            assert theirs.status_code == absent.status_code == 404, step
    assert "mine.csv" not in walter.client.get("/imports/").content.decode()
    listed = adam.client.get("/imports/").content.decode()
    assert "mine.csv" in listed
    assert f"/imports/{upload.pk}/" not in listed
    assert bruno.client.get(f"/imports/{upload.pk}/files/table").status_code == 404


def test_the_database_itself_hides_others_uploads(cast: Cast):
    Person(cast.bruno).brings(GOOD)
    seen = {}
    for user in (cast.bruno, cast.walter, cast.adam):
        with acting(user_id=user.pk, actor=user.username), as_role(APP):
            seen[user.username] = Upload.objects.count()
    assert seen == {"bruno": 1, "walter": 0, "adam": 1}


def test_who_has_left_or_changed_role_imports_nothing_any_more(cast: Cast):
    bruno = Person(cast.bruno)
    upload = bruno.checks(bruno.brings(GOOD))
    bruno.post(upload, "take", rows="all")
    User.objects.filter(pk=cast.bruno.pk).update(role="analyst")
    assert worked(upload).state == "refused"
    assert "may not import" in upload.message
    assert not Customer.objects.filter(code="NEW").exists()
