"""Two people edit one file: different fields both stay, the same field is decided by a person."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from core.context import set_context
from customers.forms import CustomerForm
from customers.models import Customer
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _opened(customer: Customer, person, group: str, **changed: str) -> dict[str, str]:
    """What a browser sends: every field with what was seen, and what was typed over it."""
    form = CustomerForm(instance=Customer.objects.get(pk=customer.pk), user=person, groups=[group])
    shown = {}
    for name in form.fields:
        value = form[name].value()
        shown[name] = "" if value is None else str(value)
        if isinstance(value, list):
            shown[name] = ",".join(value)
    return {f"initial-{name}": value for name, value in shown.items()} | shown | changed


def _send(person, customer: Customer, group: str, sent: dict[str, str]):
    return _client(person).post(f"/customers/{customer.pk}/profile/{group}/", sent)


def test_different_fields_merge_silently(cast: Cast):
    alice = _opened(cast.acme, cast.alice, "business", industry="Shoes")
    bruno = _opened(cast.acme, cast.bruno, "business", main_business="Boots")
    assert _send(cast.alice, cast.acme, "business", alice).status_code == 302
    assert _send(cast.bruno, cast.acme, "business", bruno).status_code == 302
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert (acme.industry, acme.main_business) == ("Shoes", "Boots")


def test_the_same_field_shows_both_values_and_who_wrote_the_other(cast: Cast):
    alice = _opened(cast.acme, cast.alice, "business", industry="Shoes")
    bruno = _opened(cast.acme, cast.bruno, "business", industry="Hats", employees="9")
    _send(cast.alice, cast.acme, "business", alice)
    answer = _send(cast.bruno, cast.acme, "business", bruno)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "alice changed this while you were editing." in page
    assert 'name="keep-industry" value="theirs"' in page
    assert 'name="initial-industry" value="Shoes"' in page
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert (acme.industry, acme.employees) == ("Shoes", None)  # nothing of a form in conflict


@pytest.mark.parametrize(("choice", "kept"), [("theirs", "Shoes"), ("mine", "Hats")])
def test_the_person_decides_and_the_rest_is_saved(cast: Cast, choice: str, kept: str):
    bruno = _opened(cast.acme, cast.bruno, "business", industry="Hats", employees="9")
    Customer.objects.filter(pk=cast.acme.pk).update(industry="Shoes")
    decided = {**bruno, "initial-industry": "Shoes", "asked-industry": "1"}
    undecided = _send(cast.bruno, cast.acme, "business", decided)
    assert undecided.status_code == 409
    answer = _send(cast.bruno, cast.acme, "business", {**decided, "keep-industry": choice})
    assert answer.status_code == 302
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert (acme.industry, acme.employees) == (kept, 9)


def test_a_third_change_after_the_choice_is_a_conflict_again(cast: Cast):
    bruno = _opened(cast.acme, cast.bruno, "business", industry="Hats")
    Customer.objects.filter(pk=cast.acme.pk).update(industry="Toys")
    sent = {**bruno, "initial-industry": "Shoes", "asked-industry": "1", "keep-industry": "mine"}
    assert _send(cast.bruno, cast.acme, "business", sent).status_code == 409


def test_both_writing_the_same_is_no_conflict(cast: Cast):
    bruno = _opened(cast.acme, cast.bruno, "business", industry="Shoes")
    Customer.objects.filter(pk=cast.acme.pk).update(industry="Shoes")
    assert _send(cast.bruno, cast.acme, "business", bruno).status_code == 302


def test_line_ends_of_browsers_are_no_change(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(main_business="one\ntwo")
    sent = _opened(cast.acme, cast.alice, "business")
    sent = {name: value.replace("\n", "\r\n") for name, value in sent.items()}
    assert _send(cast.alice, cast.acme, "business", sent).status_code == 302
    assert Customer.objects.get(pk=cast.acme.pk).main_business == "one\ntwo"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_exactly_one_is_asked():
    cast = make_cast()
    for round_number in range(10):
        sent = {
            person: _opened(cast.acme, person, "business", industry=f"{person}-{round_number}")
            for person in (cast.alice, cast.bruno)
        }
        answers: list[int] = []
        start = threading.Barrier(2)

        def save(person, entries, answers=answers, start=start) -> None:
            start.wait()
            try:
                answers.append(_send(person, cast.acme, "business", entries).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=save, args=pair) for pair in sent.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [302, 409], round_number


def test_a_renamed_company_keeps_its_old_names_whoever_renames_it(cast: Cast):
    acme = Customer.objects.filter(pk=cast.acme.pk)
    first = acme.get().name
    for name in ("Second", "Third", first):
        acme.update(name=name)
    assert acme.get().former_names == ["Second", "Third"]
    acme.update(name="Second", former_names=[])  # an import taken back has the last word
    assert acme.get().former_names == []


def test_a_status_that_moves_is_dated_and_loses_the_reason_of_the_one_before(cast: Cast):
    with transaction.atomic():
        set_context(user_id=cast.alice.pk, actor="alice")
        Customer.objects.filter(pk=cast.acme.pk).update(status="lost", status_reason="price")
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert acme.status_on is not None
    assert acme.status_reason == "price"
    Customer.objects.filter(pk=cast.acme.pk).update(status="active")
    assert Customer.objects.get(pk=cast.acme.pk).status_reason == ""
