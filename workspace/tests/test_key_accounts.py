"""Key accounts on pages: candidates listed, proposed, decided, ended."""

import csv
import datetime as dt
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import RefusedError
from customers.models import Customer
from organization.models import Approval
from segmentation.key_accounts import Naming, name_key_account
from segmentation.models import KeyAccount
from segmentation.tests.make import run_night, ship
from tests.cast import Cast, make_customer
from workspace.approvals import approve_and_apply, facts_of
from workspace.key_accounts.deciding import propose
from workspace.merging.asking import ask_merge
from workspace.merging.work import work_on

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(1)
LIST = "/segmentation/key-accounts/"
WHY = "Opens the port to us"


def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def book(cast: Cast) -> Cast:
    """ACME is large and brings four fifths of the known margin; BOLT and WOLF are small."""
    day = (today() - DAY).isoformat()
    ship(cast.acme, day, revenue=3_000_000, cost=2_200_000)
    ship(cast.bolt, day, revenue=150_000, cost=50_000)
    ship(cast.wolf, day, revenue=120_000, cost=20_000)
    run_night(today() - DAY)
    return cast


def go_in(client: Client, person: object) -> Client:
    client.force_login(person)
    return client


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def address(customer: Customer) -> str:
    return f"/customers/{customer.pk}/key-account/propose/"


def name(customer: Customer, cast: Cast) -> KeyAccount:
    return name_key_account(customer, Naming(WHY), today=today(), actor=cast.greta)


def test_candidates_are_the_large_and_those_of_class_a_by_their_contribution(
    book: Cast, client: Client
):
    page = text_of(go_in(client, book.greta), LIST)
    assert "Candidates 1 Proposed 0 Named 0" in page
    assert "Customer ACME ACME L Large A Economic Contribution 80.0% ¥800k Loyalty" in page
    assert "BOLT" not in page
    assert "Key accounts: 0 named, candidates: 1" in text_of(client, "/segmentation/")


def test_who_sees_no_margins_reads_shares_of_revenue(book: Cast, client: Client):
    page = text_of(go_in(client, book.sam), LIST)
    assert "Share of revenue 91.7% ¥3.00M" in page
    assert "¥800k" not in page


def test_an_account_manager_proposes_and_the_branch_decides(book: Cast, client: Client):
    drawer = text_of(go_in(client, book.alice), address(book.acme))
    assert "Contribution 80.0%" in drawer
    assert client.post(address(book.acme), {"reason": WHY}).status_code == 302
    asked = Approval.objects.get()
    assert (asked.kind, asked.addressee, asked.state) == ("key_account", book.east, "waiting")
    assert facts_of(asked) == [("Key-account kind", "Important"), ("Until", "until it is ended")]
    assert f"To name it a key account waits for Unit EAST: {WHY}" in text_of(
        client, f"/customers/{book.acme.pk}/"
    )
    again = client.post(address(book.acme), {"reason": WHY})
    assert (again.status_code, "waits already" in again.content.decode()) == (422, True)
    assert f"Unit EAST Alice · {today().day}" in text_of(client, f"{LIST}?show=asked")

    with pytest.raises(RefusedError, match="somebody else must decide"):
        approve_and_apply(asked, reason="", actor=book.alice)
    approve_and_apply(asked, reason="fine", actor=book.bruno)
    made = KeyAccount.objects.get()
    assert (made.asked_by, made.approved_by) == (book.alice, book.bruno)
    page = text_of(client, f"/customers/{book.acme.pk}/value/")
    assert f"Alice → Bruno · {WHY}" in page
    assert "Important named by Bruno on" in page
    assert "Economic by its size" in page
    named = text_of(client, f"{LIST}?show=named")
    assert "Candidates 0 Proposed 0 Named 1" in named
    assert "Important Economic" in named
    assert f"Alice → Bruno {WHY}" in named


def test_a_head_names_at_once_and_ends_with_a_reason(book: Cast, client: Client):
    sent = {"reason": WHY, "ends_on": (today() + 30 * DAY).isoformat()}
    go_in(client, book.bruno).post(address(book.acme), sent)
    made = KeyAccount.objects.get()
    assert (made.ends_on, made.approved_by) == (today() + 30 * DAY, None)
    end = f"/customers/{book.acme.pk}/key-account/{made.pk}/end/"
    assert "may end it" in text_of(go_in(client, book.alice), end)
    assert client.post(end, {"reason": "No"}).status_code == 422
    assert go_in(client, book.wendy).post(end, {"reason": "No"}).status_code == 404
    go_in(client, book.bruno)
    assert client.post(end, {"reason": ""}).status_code == 422
    assert client.post(end, {"reason": "Lost the port"}).status_code == 302
    made.refresh_from_db()
    book.acme.refresh_from_db()
    assert (made.ended_by, made.end_reason) == (book.bruno, "Lost the port")
    assert book.acme.key_account_kind == "economic"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"reason": ""}, "the reason stays in the history"),
        ({"reason": WHY, "ends_on": "2020-01-01"}, "gone by"),
        ({"reason": WHY, "ends_on": "soon"}, "Enter a valid date"),
    ],
)
def test_a_wrong_wish_is_said(book: Cast, client: Client, sent: dict, words: str):
    answer = go_in(client, book.bruno).post(address(book.acme), sent)
    assert (answer.status_code, words in unescape(answer.content.decode())) == (422, True)
    assert not KeyAccount.objects.exists()


def test_everyone_sees_their_own(book: Cast, client: Client):
    name(book.acme, book)
    assert "Customer ACME" in text_of(go_in(client, book.alice), f"{LIST}?show=named")
    for person in (book.wendy, book.bob):
        assert "Customer ACME" not in text_of(go_in(client, person), f"{LIST}?show=named")
        assert client.get(address(book.acme)).status_code == 404
    page = text_of(go_in(client, book.ann), LIST)  # an analyst sees and asks nothing
    assert ("Propose Customer" in page, client.get(address(book.acme)).status_code) == (False, 403)


def test_the_list_is_taken_away_as_it_stands(book: Cast, client: Client):
    name(book.acme, book)
    answer = go_in(client, book.greta).get(f"{LIST}export/?show=named")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["code"], row["kinds"], row["margin_12m"], row["contribution"]) == (
        "ACME", "important economic", "800000.00", "0.800000",
    )  # fmt: skip
    assert (row["named_on"], row["named_by"], row["reason"]) == (str(today()), "greta", WHY)


def test_ten_times_the_customers_cost_no_more_queries(book: Cast, client: Client):
    go_in(client, book.greta)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(LIST).status_code == 200
        return len(found)

    queries()
    few = queries()
    for number in range(9):
        other = make_customer(f"BIG{number}", book.east_outlet, book.alice)
        Customer.objects.filter(pk=other.pk).update(size="large", abc_class="A")
    assert "Candidates 10" in text_of(client, LIST)
    assert queries() <= few + 1  # those without a figure yet
    assert few <= 25


def test_a_merge_takes_the_naming_along_unless_the_other_file_has_one(cast: Cast):
    other = make_customer("OTHER", cast.east_outlet, cast.alice)
    third = make_customer("THIRD", cast.east_outlet, cast.alice)
    name(other, cast)
    name(third, cast)
    for merged in (other, third):
        work_on(ask_merge(cast.acme, merged, taken=[], actor=cast.greta).pk)
    (live,) = KeyAccount.objects.in_force(today()).filter(customer=cast.acme)
    assert live.starts_on == today()
    run_night(today() - DAY)
    cast.acme.refresh_from_db()
    assert cast.acme.key_account_kind == "important"


def test_what_was_asked_for_too_long_ago_is_not_given(book: Cast):
    asked = propose(book.acme, Naming(WHY, today()), actor=book.alice)
    Approval.objects.update(payload=asked.payload | {"ends_on": str(today() - DAY)})
    asked.refresh_from_db()
    with pytest.raises(RefusedError, match="gone by"):
        approve_and_apply(asked, reason="", actor=book.bruno)
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_the_pages_are_chinese_for_who_reads_chinese(book: Cast, client: Client):
    book.bruno.language = "zh-hans"
    book.bruno.save()
    page = text_of(go_in(client, book.bruno), LIST)
    assert "候选 1 已提名 0 已认定 0" in page
    assert "毛利贡献率" in page
    name(book.acme, book)
    assert "已认定为大客户：" in text_of(client, f"/customers/{book.acme.pk}/")
