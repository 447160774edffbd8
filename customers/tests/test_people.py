"""Contacts by hand: recorded, edited, gone, moved on, one human being in several files."""

import datetime as dt

import pytest
from django.test import Client

from customers.models import Acquaintance, Contact, Customer, Tie
from customers.reports.chain import chain_gaps
from customers.services.contacts import join_posts, move_on
from customers.services.ties import touch
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
DAY = dt.date(2026, 3, 31)


def person(customer: Customer, name: str, **fields: object) -> Contact:
    """A contact of the customer."""
    return Contact.objects.create(customer=customer, name=name, **fields)


def at(contact: Contact, page: str = "") -> str:
    """An address of the contact's."""
    return f"/customers/{contact.customer_id}/contacts/{contact.pk}/{page}"


@pytest.fixture
def alice(cast: Cast) -> Client:
    return client_of(cast.alice)


def test_a_contact_is_recorded_from_the_drawer_and_stands_in_the_section(cast: Cast, alice: Client):
    said = {
        "name": " 韩磊 ", "mobile": "138 1234 0021", "chain_role": "decider", "influence": "5",
        "attitude": "-1", "birthday": "09-27", "is_primary": "on", "consent": "given",
    }  # fmt: skip
    answer = alice.post(f"/customers/{cast.acme.pk}/contacts/new/", said, headers=HTMX)
    assert answer.status_code == 200
    assert "people-changed" in answer["HX-Trigger"]
    contact = Contact.objects.get(customer=cast.acme)
    assert (contact.name, contact.influence, contact.attitude) == ("韩磊", 5, -1)
    assert contact.consent_on is not None
    page = alice.get(f"/customers/{cast.acme.pk}/contacts/").content.decode()
    assert 'href="tel:13812340021"' in page
    assert "Leans away" in page


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("name", "", "required"),
        ("birthday", "13-01", "Write month and day"),
        ("birthday", "1990-02-03", "Write month and day"),
        ("name", "Boss", "already"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    cast: Cast, alice: Client, field: str, value: str, word: str
):
    person(cast.acme, "Boss")
    answer = alice.post(
        f"/customers/{cast.acme.pk}/contacts/new/", {"name": "New", field: value}, headers=HTMX
    )
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert Contact.objects.count() == 1


def test_an_edit_writes_what_was_changed_and_one_person_alone_is_primary(cast: Cast, alice: Client):
    first = person(cast.acme, "First", is_primary=True)
    second = person(cast.acme, "Second", title="Buyer")
    form = alice.get(at(second, "edit/")).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"is_primary": "on"}
    assert alice.post(at(second, "edit/"), said).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_primary, second.is_primary) == (False, True)
    assert second.title == "Buyer"


def test_reports_do_not_go_in_a_ring(cast: Cast, alice: Client):
    boss = person(cast.acme, "Boss")
    clerk = person(cast.acme, "Clerk", reports_to=boss)
    said = {"name": "Boss", "reports_to": str(clerk.pk)}
    answer = alice.post(at(boss, "edit/"), said)
    assert answer.status_code == 422
    assert "choose somebody above" in answer.content.decode()


def test_the_superior_is_one_of_the_same_customer(cast: Cast):
    """R5: somebody of another file is refused as somebody who does not exist."""
    own, foreign = person(cast.acme, "Own"), person(cast.wolf, "Foreign")
    other = person(cast.bolt, "Of Bolt")
    client = client_of(cast.olga)
    answers = [
        client.post(at(own, "edit/"), {"name": "Own", "reports_to": str(number)})
        for number in (foreign.pk, other.pk, 10**9)
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert answers[0].context["form"].errors == answers[2].context["form"].errors


@pytest.mark.parametrize("page", ["", "edit/", "leave/", "open/", "private/", "tie/", "knows/"])
def test_somebody_elses_contact_is_not_there(cast: Cast, alice: Client, page: str):
    foreign = person(cast.wolf, "Foreign")
    absent = alice.get(f"/customers/{cast.wolf.pk}/contacts/999999/{page}")
    answer = alice.get(at(foreign, page))
    assert answer.status_code == absent.status_code == 404
    crossed = alice.get(f"/customers/{cast.acme.pk}/contacts/{foreign.pk}/{page}")
    assert crossed.status_code == 404


def test_who_left_is_kept_below_and_may_come_back(cast: Cast, alice: Client):
    contact = person(cast.acme, "Li", is_primary=True)
    answer = alice.post(at(contact, "leave/"), {"on": "2026-03-01"}, headers=HTMX)
    assert answer.status_code == 200
    contact.refresh_from_db()
    assert (contact.is_active, contact.left_on) == (False, dt.date(2026, 3, 1))
    page = text_of(alice.get(f"/customers/{cast.acme.pk}/contacts/"))
    assert "1 person has left" in page
    assert "No contacts yet" in page
    alice.post(at(contact, "back/"))
    contact.refresh_from_db()
    assert contact.is_active
    assert contact.left_on is None


def test_who_goes_to_another_customer_takes_their_number_and_is_known_there(cast: Cast):
    contact = person(cast.acme, "Li", mobile="13800000021", phone="021-1", birthday="01-02")
    client = client_of(cast.olga)
    said = {"on": "2026-03-01", "to": "BOLT", "title": "Director"}
    answer = client.post(at(contact, "leave/"), said)
    post = Contact.objects.get(customer=cast.bolt)
    assert answer["Location"] == at(post)
    assert (post.mobile, post.phone, post.birthday, post.title) == (
        "13800000021", "", "01-02", "Director",
    )  # fmt: skip
    assert "Knows us from Customer ACME." in text_of(client.get(at(post)))
    assert "Works for Customer BOLT now." in text_of(client.get(at(contact)))
    # Bob looks after the new customer and does not see the old one: not a word of it.
    assert "ACME" not in client_of(cast.bob).get(at(post)).content.decode()


def test_one_cannot_move_somebody_to_a_customer_one_does_not_see(cast: Cast):
    contact = person(cast.acme, "Li")
    client = client_of(cast.olga)
    answers = [
        client.post(at(contact, "leave/"), {"on": "2026-03-01", "to": code})
        for code in ("WOLF", "NOBODY")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].context["form"].errors == answers[1].context["form"].errors
    assert Contact.objects.count() == 1


def test_the_same_number_elsewhere_is_offered_and_joins_both(cast: Cast):
    here = person(cast.acme, "Li", mobile="13800000021")
    there = person(cast.bolt, "Li Lei", mobile="13800000021")
    person(cast.wolf, "Wolf Li", mobile="13800000021")
    client = client_of(cast.olga)
    page = text_of(client.get(at(here)))
    assert "Li Lei of Customer BOLT has the same mobile number" in page
    assert "WOLF" not in page
    client.post(at(here, f"join/{there.pk}/"))
    here.refresh_from_db()
    there.refresh_from_db()
    assert here.person is not None
    assert here.person == there.person
    assert "Also stands in the file of Customer BOLT." in text_of(client.get(at(here)))
    client.post(at(here, "part/"))
    here.refresh_from_db()
    assert here.person is None


def test_joining_posts_of_three_files_makes_one_person(cast: Cast):
    first, second = person(cast.acme, "A"), person(cast.bolt, "B")
    third = person(cast.acme, "C")
    join_posts(first, second, actor=cast.olga)
    join_posts(third, first, actor=cast.olga)
    assert Contact.objects.values("person").distinct().count() == 1


def test_a_foreign_contact_cannot_be_joined(cast: Cast, alice: Client):
    here, foreign = person(cast.acme, "Li"), person(cast.wolf, "Li")
    assert alice.post(at(here, f"join/{foreign.pk}/")).status_code == 404


def test_colleagues_are_tied_and_one_is_in_charge(cast: Cast, alice: Client):
    contact = person(cast.acme, "Li")
    for who, owner in ((cast.alice, "on"), (cast.bob, "on"), (cast.bruno, "")):
        said = {"user": str(who.pk), "strength": "4", "is_owner": owner}
        assert alice.post(at(contact, "tie/"), said).status_code == 302
    assert list(Tie.objects.filter(is_owner=True).values_list("user__username", flat=True)) == [
        "bob"
    ]
    assert Tie.objects.count() == 3
    foreign = alice.post(at(contact, "tie/"), {"user": str(cast.wendy.pk), "strength": "4"})
    assert foreign.status_code == 422
    alice.post(at(contact, f"untie/{cast.bob.pk}/"))
    assert Tie.objects.count() == 2


def test_acquaintances_are_the_same_from_both_sides(cast: Cast, alice: Client):
    li, wang = person(cast.acme, "Li"), person(cast.acme, "Wang")
    alice.post(at(wang, "knows/"), {"other": str(li.pk), "how": "classmates"})
    alice.post(at(li, "knows/"), {"other": str(wang.pk), "how": "neighbours"})
    assert Acquaintance.objects.get().how == "neighbours"
    for one, other in ((li, "Wang"), (wang, "Li")):
        assert f"{other} neighbours" in text_of(alice.get(at(one)))
    alice.post(at(li, f"estrange/{wang.pk}/"))
    assert not Acquaintance.objects.exists()


def test_gaps_of_a_large_customer(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(tier="large")
    cast.acme.refresh_from_db()
    boss = person(cast.acme, "Boss", chain_role="decider")
    person(cast.acme, "Clerk", chain_role="user")

    def gaps() -> list[str]:
        return [gap.value for gap in chain_gaps(cast.alice, cast.acme, DAY)]

    assert gaps() == ["single_thread", "silent"]
    touch([boss], by=cast.bruno, on=DAY - dt.timedelta(days=30))
    assert gaps() == []
    cast.bruno.is_active = False
    cast.bruno.save()
    assert gaps() == ["single_thread"]
    touch([boss], by=cast.alice, on=DAY - dt.timedelta(days=60))  # an older word changes nothing
    boss.refresh_from_db()
    assert boss.last_touch_on == DAY - dt.timedelta(days=30)


def test_the_legal_representative_is_offered_until_they_are_a_contact(cast: Cast, alice: Client):
    Customer.objects.filter(pk=cast.acme.pk).update(legal_representative="陆远航")
    section = f"/customers/{cast.acme.pk}/contacts/"
    assert "陆远航 is the legal representative" in text_of(alice.get(section))
    form = alice.get(f"{section}new/?legal=1").context["form"]
    assert form["name"].value() == "陆远航"
    alice.post(f"{section}new/", {"name": "陆远航", "is_legal_representative": "on"})
    assert "is the legal representative" not in text_of(alice.get(section))


def test_nobody_is_called_who_must_not_be(cast: Cast, alice: Client):
    contact = person(cast.acme, "Li", mobile="13800000021", do_not_contact=True, is_primary=True)
    for page in (
        at(contact),
        f"/customers/{cast.acme.pk}/contacts/",
        f"/customers/{cast.acme.pk}/",
    ):
        assert "tel:" not in alice.get(page).content.decode(), page


def test_an_analyst_reads_parts_and_no_names(cast: Cast):
    contact = person(
        cast.acme, "Secret", mobile="13800000021", career="career-x", chain_role="decider"
    )
    page = client_of(cast.ann).get(at(contact)).content.decode()
    assert "Decider" in page
    for word in ("Secret", "13800000021", "career-x"):
        assert word not in page


def test_what_hangs_on_a_contact_follows_it_to_another_customer(cast: Cast):
    contact = person(cast.acme, "Li")
    touch([contact], by=cast.alice, on=DAY)
    Contact.objects.filter(pk=contact.pk).update(customer=cast.bolt)
    assert Tie.objects.get().customer == cast.bolt


def test_moving_back_and_forth_keeps_one_person(cast: Cast):
    first = person(cast.acme, "Li")
    second = move_on(first, to=cast.bolt, title="", on=DAY, actor=cast.olga)
    first.refresh_from_db()
    assert first.person == second.person
