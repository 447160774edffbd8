"""Letters that ask for overdue money: what stands in them, who may write them, where they go."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from contracts.models import Letter, LetterTemplate, Promise
from contracts.reports.overdue import billing_contacts
from contracts.rules.letters import PLACES, check_text, fill, stage_for
from contracts.services.letter_mail import send_waiting_letters
from contracts.tests.make import make_line
from core.rules import RuleError
from customers.models import Contact
from organization.models import User
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db


def ago(n: int) -> str:
    return (timezone.localdate() - dt.timedelta(n)).isoformat()


@pytest.fixture
def late(cast: Cast) -> Cast:
    make_line(cast.acme, "A1", ago(40), "1000.00")
    make_line(cast.acme, "A2", ago(10), "200.00")
    make_line(cast.acme, "ARGUED", ago(40), "7777.00", disputed=True)
    make_line(cast.acme, "LATER", ago(-5), "9999.00")
    make_line(cast.bolt, "B1", ago(2), "50.00", currency="USD")
    make_line(cast.wolf, "W1", ago(100), "666.00")
    return cast


def write(client, *customers, **typed):
    ids = {"customer": [each.pk for each in customers]}
    batch = {"batch": "6f1c6c1e-0000-4000-8000-000000000001", "language": "en"}
    return client.post("/letters/new/", ids | batch | typed)


def test_a_template_reaches_facts_and_nothing_else():
    with pytest.raises(RuleError, match=r"\{customer\.org_unit\} stands for nothing"):
        check_text("Dear {customer.org_unit}")
    with pytest.raises(RuleError, match="stands alone"):
        check_text("Dear {customer")
    for name in PLACES:
        check_text(f"{{{name}}}")
    assert fill("{customer}: {days}", {"customer": "{days}", "days": "3"}) == "{days}: 3"
    assert [stage_for(days) for days in (1, 29, 30, 90)] == [
        "reminder", "reminder", "demand", "final",
    ]  # fmt: skip
    template = LetterTemplate.objects.first()
    assert template is not None
    template.opening = "Dear {name}"
    with pytest.raises(ValidationError) as refusal:
        template.full_clean()
    assert "You may use: {customer}" in refusal.value.message_dict["opening"][0]
    for each in LetterTemplate.objects.all():
        each.full_clean()
    assert LetterTemplate.objects.count() == 6


def test_letters_of_several_customers_say_what_is_overdue_and_are_kept_once(late: Cast):
    client = client_of(late.olga)
    query = f"?language=en&customer={late.acme.pk}&customer={late.bolt.pk}&customer={late.wolf.pk}"
    preview = text_of(client.get(f"/letters/new/{query}"))
    assert "Demand for payment: ¥1,200.00 overdue, Customer ACME" in preview
    assert "Reminder: $50.00 of freight is due, Customer BOLT" in preview
    assert "ARGUED" not in preview
    assert "LATER" not in preview
    assert "W1" not in preview  # somebody else's
    assert "goes" not in preview  # no mail server, no e-mail
    assert not Letter.objects.exists()
    answer = write(client, late.acme, late.bolt, late.wolf)
    write(client, late.acme, late.bolt, late.wolf)
    acme, bolt = Letter.objects.order_by("pk")
    assert (acme.stage, acme.amount, acme.interest) == ("demand", Decimal(1200), Decimal("21.00"))
    assert (bolt.stage, bolt.currency, bolt.written_by) == ("reminder", "USD", late.olga)
    page = text_of(client.get(answer.url))
    assert "Days late Open Interest (memo) A1" in page
    assert "¥20.00" in page  # 40 days of A1 at .05 % a day
    assert "written by Olga" in page
    assert answer.url in client.get(f"/customers/{late.acme.pk}/account/").content.decode()
    timeline = text_of(client.get(f"/customers/{late.acme.pk}/timeline/"))
    assert "Demand for payment written: ¥1,200.00 overdue" in timeline
    assert "interest ¥21.00 (memo) Olga" in timeline
    assert "BOLT" not in text_of(client_of(late.alice).get(answer.url))
    assert client_of(late.wendy).get(answer.url).status_code == 404


def test_nothing_is_asked_for_that_is_promised_for_later(late: Cast):
    today = timezone.localdate()
    Promise.objects.create(
        customer=late.acme, amount=1200, currency="CNY", made_on=today, due_on=today,
        counts_until=today, covers_overdue=True, noted_by=late.alice,
    )  # fmt: skip
    page = text_of(client_of(late.alice).get(f"/letters/new/?customer={late.acme.pk}"))
    assert "No letter to write" in page
    write(client_of(late.alice), late.acme)
    assert not Letter.objects.exists()


def contact(late: Cast, name: str, **fields: object) -> Contact:
    return Contact.objects.create(
        customer=late.acme, name=name, email=f"{name}@acme.example", **fields
    )


def test_by_e_mail_it_goes_to_finance_once_and_to_nobody_who_asked_for_peace(late: Cast, settings):
    settings.EMAIL_HOST = "mail.example"
    contact(late, "boss", is_primary=True)
    clerk = contact(late, "clerk", chain_role="finance")
    contact(late, "quiet", chain_role="finance", do_not_contact=True)
    client = client_of(late.alice)
    answer = write(client, late.acme, late.bolt, channel="email")
    letter = Letter.objects.get(customer=late.acme)
    assert (letter.contact, letter.mail_state) == (clerk, "waiting")
    assert [send_waiting_letters(), send_waiting_letters()] == [1, 0]
    (sent,) = mail.outbox
    assert sent.to == ["clerk@acme.example"]
    assert sent.subject == "Demand for payment: ¥1,200.00 overdue, Customer ACME"
    assert "A2: ¥200.00, due" in sent.body
    assert "clerk@acme.example" not in str(Letter.objects.values())
    assert "Sent to clerk" in text_of(client.get(answer.url))
    analyst: User = late.ann
    assert "clerk" not in text_of(client_of(analyst).get(answer.url))


def test_who_objects_before_it_goes_gets_none_and_a_killed_sender_sends_none_twice(
    late: Cast, settings
):
    settings.EMAIL_HOST = "mail.example"
    clerk = contact(late, "clerk", chain_role="finance")
    write(client_of(late.alice), late.acme, channel="email")
    Letter.objects.update(mail_state="sending")  # its sender was killed
    assert send_waiting_letters() == 0
    for objection in (
        {"do_not_contact": True},
        {"consent": "refused"},
        {"consent": "withdrawn"},
        {"is_active": False},
    ):
        Letter.objects.update(mail_state="waiting")
        said = Contact.objects.filter(pk=clerk.pk)
        said.update(**{"do_not_contact": False, "consent": "", "is_active": True} | objection)
        assert send_waiting_letters() == 0, objection
        assert Letter.objects.get().mail_state == "withheld"
        assert not billing_contacts(late.alice, [late.acme.pk])
    assert not mail.outbox


def test_a_letter_the_mail_server_refused_is_sent_again_and_none_to_who_objects(
    late: Cast, settings, monkeypatch
):
    settings.EMAIL_HOST = "mail.example"
    clerk = contact(late, "clerk", chain_role="finance")
    client = client_of(late.alice)
    page = write(client, late.acme, channel="email").url
    monkeypatch.setattr("core.mail.send", lambda *_told: False)
    assert send_waiting_letters() == 0
    monkeypatch.undo()
    letter = Letter.objects.get()
    assert letter.mail_state == "failed"
    again = f"/letters/{letter.pk}/again/"
    assert "Failed to clerk Send again" in text_of(client.get(page))
    assert "Send again" not in text_of(client_of(late.ann).get(page))
    assert client_of(late.ann).post(again).status_code == 403
    assert client_of(late.wendy).post(again).status_code == 404
    assert client.post(again).url == page
    assert (send_waiting_letters(), len(mail.outbox)) == (1, 1)
    assert "is sent again" in text_of(client.post(again, follow=True))  # refused: it went
    assert send_waiting_letters() == 0

    Letter.objects.update(mail_state="failed")
    Contact.objects.filter(pk=clerk.pk).update(do_not_contact=True)
    client.post(again)
    assert send_waiting_letters() == 0
    assert "Withheld: may not be written to" in text_of(client.get(page))
    client.post(again)
    assert Letter.objects.get().mail_state == "withheld"
    assert len(mail.outbox) == 1
