"""R28: a person who asks for it gets all that is known of them, or is forgotten everywhere."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from conftest import as_role
from contracts.models import Allocation, PlanLine, Receipt
from core.context import acting
from core.models import History
from customers.models import Acquaintance, Contact, Erasure, Opening, PrivateDetails
from customers.services.contacts import move_on
from customers.services.private import open_details
from customers.services.ties import touch
from surveys.models import Answer
from tests.cast import Cast
from tests.pages import client_of, text_of
from tests.tabled import take
from workspace.merging.asking import ask_merge
from workspace.merging.work import make_good
from workspace.tests.uploading import Person
from workspace.uploads import work
from workspace.uploads.files import folder

pytestmark = pytest.mark.django_db
CANARY = "金丝雀"
NAME = f"{CANARY}李"
TEXTS = ("title", "department", "phone", "email", "wechat", "career", "specialties", "ability")


@pytest.fixture
def li(cast: Cast, tmp_path) -> Contact:
    """Somebody at Acme with a canary in every field, who was changed, opened, and paid by."""
    header = "customer_code,name,title,department,mobile,phone,email,wechat,chain_role"
    told = ",".join(f"{CANARY}{name}" for name in ("t", "d", "m", "p", "e", "w"))
    take(tmp_path, "contacts", header, f"ACME,{NAME},{told},decider", "ACME,Wang,,,,,,,user")
    li = Contact.objects.get(name=NAME)
    with acting(user_id=cast.alice.pk, actor="alice"):
        for name in TEXTS:
            setattr(li, name, f"{CANARY}2{name}")
        li.consent, li.consent_source, li.birthday = "given", f"{CANARY}s", "09-27"
        li.save()
        secrets = {name: f"{CANARY}{name}" for name in PrivateDetails.FACTS}
        PrivateDetails.objects.create(contact=li, customer=cast.acme, **secrets)
        wang = Contact.objects.get(name="Wang")
        Contact.objects.filter(pk=wang.pk).update(reports_to=li)
        first, second = sorted((li.pk, wang.pk))
        Acquaintance.objects.create(
            contact_id=first, other_id=second, customer=cast.acme, how=f"{CANARY}h"
        )
        touch([li], by=cast.alice, on=timezone.localdate())
        open_details(li, reason=f"{CANARY}r", at=timezone.now(), actor=cast.alice)
    take(
        tmp_path, "plan_lines", "line_no,customer_code,issued_on,due_on,amount",
        "L1,ACME,2026-01-01,2026-02-01,100",
    )  # fmt: skip
    take(
        tmp_path, "receipts", "receipt_no,customer_code,received_on,amount,line_no",
        "R1,ACME,2026-02-01,60,L1",
    )  # fmt: skip
    take(
        tmp_path, "survey_responses",
        "response_no,survey,customer_code,answered_at,question,value,text",
        "S1,spring,ACME,2026-01-06 08:00,nps,3,",
    )  # fmt: skip
    return li


def dumped(word: str) -> dict[str, int]:
    """Tables whose rows, written out as a dump does, hold the word; with how many rows."""
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",  # noqa: S608  # names of tables come from the models
                [f"%{word}%"],
            )
            if number := cursor.fetchone()[0]:
                found[table] = number
    return found


def money() -> list[Any]:
    """What is planned, paid and allocated, and what was answered."""
    return [
        PlanLine.objects.aggregate(Sum("amount"), Sum("paid")),
        Receipt.objects.aggregate(Sum("amount"), Sum("allocated")),
        Allocation.objects.aggregate(Sum("amount")),
        list(Answer.objects.values_list("question", "value")),
    ]


def at(contact: Contact, page: str = "") -> str:
    return f"/customers/{contact.customer_id}/contacts/{contact.pk}/{page}"


def test_a_person_is_forgotten_everywhere_and_contracts_still_balance(cast: Cast, li: Contact):
    before, known = money(), set(dumped(CANARY))
    assert known >= {
        "customers_contact", "customers_privatedetails", "customers_acquaintance",
        "customers_opening", "core_history",
    }  # fmt: skip  # the negative control: the search finds them where they are
    olga = client_of(cast.olga)
    answer = olga.post(at(li, "erase/"), {"request": "letter of 3 March", "name": NAME})
    assert answer["Location"] == at(li)
    assert dumped(CANARY) == {}
    assert money() == before
    erasure = Erasure.objects.get()
    assert (erasure.user, erasure.request) == (cast.olga, "letter of 3 March")
    assert "This person was forgotten" in text_of(olga.get(at(li)))
    assert Contact.objects.get(name="Wang").reports_to is None
    for page in ("", "contacts/", "history/", "timeline/"):
        assert CANARY not in olga.get(f"/customers/{cast.acme.pk}/{page}").content.decode()


def test_the_history_still_says_who_changed_which_field(cast: Cast, li: Contact):
    records = History.objects.filter(table_name="customers_contact", row_id=str(li.pk))
    before = [(record.pk, record.actor, set(record.changes)) for record in records.order_by("pk")]
    client_of(cast.olga).post(at(li, "erase/"), {"request": "by phone", "name": NAME})
    after = records.order_by("pk")[: len(before)]
    assert [(record.pk, record.actor, set(record.changes)) for record in after] == before


def test_the_other_posts_of_the_person_are_forgotten_too(cast: Cast, li: Contact):
    post = move_on(li, to=cast.bolt, title="", on=timezone.localdate(), actor=cast.olga)
    client_of(cast.olga).post(at(post, "erase/"), {"request": "by phone", "name": NAME})
    assert dumped(CANARY) == {}
    assert Erasure.objects.count() == 2


def test_what_a_merge_wrote_over_is_forgotten_too(cast: Cast, li: Contact):
    Contact.objects.create(customer=cast.bolt, name=NAME, mobile="1")
    ask_merge(cast.bolt, cast.acme, taken=[], actor=cast.olga)
    make_good()
    li.refresh_from_db()
    assert "customers_merge" in dumped(CANARY)
    Contact.objects.exclude(pk=li.pk).filter(name=NAME).update(name="Else")
    client_of(cast.olga).post(at(li, "erase/"), {"request": "by phone", "name": li.name})
    assert "customers_merge" not in dumped(CANARY)


def test_posts_out_of_sight_are_counted_for_a_higher_unit(cast: Cast, li: Contact):
    move_on(li, to=cast.wolf, title="", on=timezone.localdate(), actor=cast.greta)
    page = text_of(client_of(cast.olga).get(at(li, "erase/")))
    assert "also stands in 1 file you may not see" in page


def test_notes_that_name_the_person_are_shown_for_reading_by_hand(
    cast: Cast, li: Contact, tmp_path
):
    lines = (f"N1,ACME,2026-01-07 08:00,met {NAME} today", "N2,ACME,2026-01-08 08:00,nobody there")
    take(tmp_path, "notes", "note_no,customer_code,written_at,text", *lines)
    page = text_of(client_of(cast.olga).get(at(li, "erase/")))
    assert f"met {NAME} today" in page
    assert "nobody there" not in page


@pytest.mark.parametrize("said", [{"name": "Wang"}, {"request": ""}])
def test_a_wrong_name_or_no_request_erases_nothing(cast: Cast, li: Contact, said: dict[str, str]):
    data = {"request": "by phone", "name": NAME, **said}
    assert client_of(cast.olga).post(at(li, "erase/"), data).status_code == 422
    assert Contact.objects.filter(name=NAME).exists()


@pytest.mark.parametrize("who", ["alice", "fiona", "ann", "adam"])
@pytest.mark.parametrize("page", ["erase/", "export/"])
def test_only_heads_answer_a_person(cast: Cast, li: Contact, who: str, page: str):
    answer = client_of(getattr(cast, who)).post(at(li, page), {"request": "x" * 9, "name": NAME})
    assert answer.status_code == 403


def test_the_database_forgets_nobody_without_an_erasure_on_record(cast: Cast, li: Contact):
    with (
        acting(user_id=cast.olga.pk, actor="olga"),
        as_role("crm_app"),
        pytest.raises(DatabaseError, match="no erasure"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT customers_forget_contact(%s)", [li.pk])
    for call in ("core_blank_history('customers_contact', '{1}', '{name}')",):
        with (
            as_role("crm_app"),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {call}")


def test_uploaded_tables_of_contacts_from_before_are_removed(cast: Cast, li: Contact):
    olga = Person(cast.olga)
    table = f"customer_code,name\nACME,{NAME}\n"
    old, customers = olga.brings(table, kind="contacts"), olga.brings("code\nACME\n")
    client_of(cast.olga).post(at(li, "erase/"), {"request": "by phone", "name": NAME})
    later = olga.brings("customer_code,name\nACME,Zhang\n", kind="contacts")
    work.tidy_up(timezone.now())
    assert [folder(each.token).exists() for each in (old, customers, later)] == [False, True, True]


def test_a_person_gets_all_that_is_known_as_text_and_json(cast: Cast, li: Contact):
    answer = client_of(cast.olga).post(at(li, "export/"), {"request": "letter of 3 March"})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    text = archive.read("person.txt").decode()
    data = json.loads(archive.read("person.json"))
    for name in (*TEXTS, "s", *PrivateDetails.FACTS):
        assert f"{CANARY}2{name}" in text or f"{CANARY}{name}" in text, name
    assert data["posts"][0]["birthday"] == "09-27"
    assert "Wang" not in text  # what is known of others is theirs
    assert Opening.objects.filter(user=cast.olga, reason="letter of 3 March").exists()
