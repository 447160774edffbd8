"""Editing a customer's file: what may be changed, by whom, and what is refused."""

import pytest
from django.test import Client

from core.models import History
from customers.forms import CustomerForm
from customers.models import Customer, Share
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _entries(customer: Customer, person, **changed: object) -> dict[str, object]:
    """What the person's browser would send back from the unchanged form, with some changes."""
    form = CustomerForm(instance=Customer.objects.get(pk=customer.pk), user=person)
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items()}
    values["tags"] = ",".join(values["tags"])
    return {**values, **changed}


def _save(person, customer: Customer, **changed: object):
    return _client(person).post(
        f"/customers/{customer.pk}/edit/", _entries(customer, person, **changed)
    )


def test_a_manager_changes_the_plain_fields(cast: Cast):
    answer = _save(
        cast.alice, cast.acme, name="新名", status="lost", tags="仓配, 双十一", employees="12"
    )
    assert (answer.status_code, answer.url) == (302, f"/customers/{cast.acme.pk}/")
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert (acme.name, acme.status, acme.tags, acme.employees) == (
        "新名", "lost", ["仓配", "双十一"], 12,
    )  # fmt: skip
    change = History.objects.filter(customer_id=acme.pk).latest("id")
    assert (change.actor, change.actor_id) == ("alice", cast.alice.pk)
    assert change.changes["status"] == ["active", "lost"]


def test_saving_without_a_change_leaves_no_trace(cast: Cast):
    before = History.objects.count()
    assert _save(cast.alice, cast.acme).status_code == 302
    assert History.objects.count() == before


def test_what_the_night_and_others_wrote_meanwhile_stays(cast: Cast, monkeypatch):
    entries = _entries(cast.acme, cast.alice, name="New name")
    checked = CustomerForm.is_valid

    def slowly(form: CustomerForm) -> bool:
        """Between reading and writing the file somebody else is faster."""
        Customer.objects.filter(pk=cast.acme.pk).update(tier="large", account_manager=cast.bob)
        return checked(form)

    Share.objects.create(customer=cast.acme, user=cast.alice)
    monkeypatch.setattr(CustomerForm, "is_valid", slowly)
    answer = _client(cast.alice).post(f"/customers/{cast.acme.pk}/edit/", entries)
    assert answer.status_code == 302
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert (acme.name, acme.tier, acme.account_manager) == ("New name", "large", cast.bob)


def test_a_wrong_entry_is_sent_back_with_what_to_mend(cast: Cast):
    answer = _save(cast.alice, cast.acme, name="", employees="many", founded_on="yesterday")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert page.count('aria-invalid="true"') == 3
    assert 'href="#id_name"' in page
    assert 'value="many"' in page
    assert Customer.objects.get(pk=cast.acme.pk).name == "Customer ACME"


@pytest.mark.parametrize("person", ["fiona", "sam", "ann", "adam"])
def test_roles_that_only_read_do_not_edit(cast: Cast, person: str):
    client = _client(getattr(cast, person))
    assert client.get(f"/customers/{cast.acme.pk}/edit/").status_code == 403
    assert client.post(f"/customers/{cast.acme.pk}/edit/", {"name": "x"}).status_code == 403


@pytest.mark.parametrize("person", ["bob", "wendy", "walter"])
def test_customers_of_others_are_as_if_absent(cast: Cast, person: str):
    client = _client(getattr(cast, person))
    answers = [client.get(f"/customers/{pk}/edit/") for pk in (cast.acme.pk, 10**9)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert client.post(f"/customers/{cast.acme.pk}/edit/", {"name": "x"}).status_code == 404


def test_a_manager_may_not_give_a_customer_away(cast: Cast):
    page = _client(cast.alice).get(f"/customers/{cast.acme.pk}/edit/").content.decode()
    assert "account_manager" not in page
    _save(cast.alice, cast.acme, account_manager=cast.bob.pk, org_unit=cast.west_outlet.pk)
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert (acme.account_manager, acme.org_unit) == (cast.alice, cast.east_outlet)


def test_a_unit_head_assigns_within_the_unit(cast: Cast):
    assert _save(cast.bruno, cast.acme, account_manager=cast.bob.pk).status_code == 302
    assert Customer.objects.get(pk=cast.acme.pk).account_manager == cast.bob


def _message(answer, field: str) -> str:
    return str(answer.context["form"].errors[field])


def test_what_one_may_not_see_is_refused_like_what_is_not_there(cast: Cast):
    """R5: every relation of the form, tried with the id of another branch and with none at all."""
    foreign = {
        "org_unit": (cast.west_outlet.pk, 10**9),
        "account_manager": (cast.wendy.pk, 10**9),
        "parent": ("WOLF", "NOBODY"),
    }
    relations = {f.name for f in Customer._meta.fields if f.is_relation}
    assert set(CustomerForm.Meta.fields) & relations == set(foreign)
    for name, (hidden, absent) in foreign.items():
        answers = [_save(cast.bruno, cast.acme, **{name: value}) for value in (hidden, absent)]
        assert [answer.status_code for answer in answers] == [422, 422], name
        assert _message(answers[0], name) == _message(answers[1], name)
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert (acme.org_unit, acme.account_manager, acme.parent) == (
        cast.east_outlet, cast.alice, None,
    )  # fmt: skip


def test_the_group_company_is_given_by_its_code(cast: Cast):
    assert _save(cast.bruno, cast.acme, parent="BOLT").status_code == 302
    assert Customer.objects.get(pk=cast.acme.pk).parent == cast.bolt
    page = _client(cast.bruno).get(f"/customers/{cast.acme.pk}/edit/").content.decode()
    assert 'value="BOLT"' in page
    assert _save(cast.bruno, cast.acme, parent="ACME").status_code == 422  # not its own


def test_a_group_company_out_of_sight_is_kept(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(parent=cast.wolf)
    page = _client(cast.alice).get(f"/customers/{cast.acme.pk}/edit/").content.decode()
    assert "WOLF" not in page
    assert _save(cast.alice, cast.acme, name="Other").status_code == 302
    assert Customer.objects.get(pk=cast.acme.pk).parent == cast.wolf


def test_a_helper_from_another_unit_head_keeps_unit_and_manager(cast: Cast):
    Share.objects.create(customer=cast.wolf, user=cast.bruno)
    assert _save(cast.bruno, cast.wolf, name="Wolf & Co").status_code == 302
    wolf = Customer.objects.get(pk=cast.wolf.pk)
    assert (wolf.name, wolf.org_unit, wolf.account_manager) == (
        "Wolf & Co", cast.west_outlet, cast.wendy,
    )  # fmt: skip


def test_a_customer_is_not_edited_out_of_ones_own_sight(cast: Cast):
    """Olga moves a file she may see to a unit she may see; the file then may not vanish for her."""
    orphan = make_customer("ORPHAN", cast.east_outlet)
    Share.objects.create(customer=orphan, user=cast.olga)
    units = CustomerForm(instance=orphan, user=cast.olga).fields["org_unit"].queryset
    assert [unit.code for unit in units] == ["EAST-1"]


def test_a_merged_file_is_edited_where_it_went(cast: Cast):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    answer = _client(cast.olga).get(f"/customers/{cast.bolt.pk}/edit/")
    assert answer.url == f"/customers/{cast.acme.pk}/"


def test_groups_do_not_run_in_a_ring_not_even_through_files_out_of_sight(cast: Cast):
    Customer.objects.filter(pk=cast.wolf.pk).update(parent=cast.acme)
    Customer.objects.filter(pk=cast.bolt.pk).update(parent=cast.wolf)  # bolt, wolf, acme
    answer = _save(cast.bruno, cast.acme, parent="BOLT")
    assert answer.status_code == 422
    assert "stands below the one you are editing" in answer.content.decode()
    assert Customer.objects.get(pk=cast.acme.pk).parent is None


def test_an_empty_answer_is_refused_like_any_other_bad_one(cast: Cast, client: Client):
    client.force_login(cast.alice)
    assert client.post(f"/customers/{cast.acme.pk}/edit/").status_code == 422


def _make(person, **entered: object):
    data = {"code": "NEW-1", "name": "New & Co", "status": "prospect", **entered}
    return _client(person).post("/customers/new/", data)


def test_a_managers_new_customer_is_theirs_and_their_units(cast: Cast):
    answer = _make(cast.alice, org_unit=cast.west.pk, account_manager=cast.wendy.pk)
    customer = Customer.objects.get(code="NEW-1")
    assert (answer.status_code, answer.url) == (302, f"/customers/{customer.pk}/")
    assert (customer.org_unit, customer.account_manager) == (cast.east_outlet, cast.alice)
    assert _client(cast.alice).get(answer.url).status_code == 200
    created = History.objects.get(customer_id=customer.pk, operation="I")
    assert created.actor == "alice"


def test_a_head_says_whose_a_new_customer_is(cast: Cast):
    _make(cast.bruno, org_unit=cast.east_outlet.pk, account_manager=cast.bob.pk)
    customer = Customer.objects.get(code="NEW-1")
    assert (customer.org_unit, customer.account_manager) == (cast.east_outlet, cast.bob)


@pytest.mark.parametrize("field", ["org_unit", "account_manager"])
def test_nothing_of_another_branch_can_be_chosen(cast: Cast, field: str):
    outside = {"org_unit": cast.west.pk, "account_manager": cast.wendy.pk}
    answer = _make(cast.bruno, **{"org_unit": cast.east.pk, field: outside[field]})
    assert answer.status_code == 422
    assert not Customer.objects.filter(code="NEW-1").exists()


@pytest.mark.parametrize("code", ["BOLT", "WOLF"])
def test_a_code_that_is_taken_is_refused_even_where_its_file_is_hidden(cast: Cast, code: str):
    answer = _make(cast.alice, code=code)
    assert answer.status_code == 422
    assert Customer.objects.filter(code=code).count() == 1


def test_a_code_with_what_cannot_be_seen_is_refused(cast: Cast):
    answer = _make(cast.alice, code="BO\u200bLT")
    assert answer.status_code == 422
    assert not Customer.objects.filter(code__startswith="BO\u200b").exists()


def test_tags_are_the_words_that_a_table_would_make_of_them(cast: Cast):
    assert _save(cast.olga, cast.acme, tags="fair, cold；late、fair").status_code == 302
    assert Customer.objects.get(pk=cast.acme.pk).tags == ["fair", "cold", "late"]


def test_the_drawer_leads_on_to_the_new_file(cast: Cast):
    answer = _client(cast.alice).post(
        "/customers/new/",
        {"code": "NEW-1", "name": "New & Co", "status": "active"},
        headers={"HX-Request": "true"},
    )
    customer = Customer.objects.get(code="NEW-1")
    assert answer.headers["HX-Redirect"] == f"/customers/{customer.pk}/"
