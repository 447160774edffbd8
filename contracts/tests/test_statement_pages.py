"""Statements on pages: ours, and the customer's own by a link, without signing in."""

import datetime as dt
import re
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from contracts.models import Contract, PlanLine, Statement
from contracts.services import statements as services
from contracts.services.links import link_of
from contracts.views import answer
from core.models import History
from organization.models import User
from shipments.tests.make import load, waybill
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
GONE = "This link opens nothing"


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def contract(cast: Cast, today: dt.date) -> Contract:
    """Settled monthly to the end of the month; two waybills of the month before this one."""
    month_ago = today.replace(day=1) - dt.timedelta(days=3)
    load(
        waybill("W-1", cast.acme, f"{month_ago} 10:00", revenue=Decimal("10.01")),
        waybill("W-2", cast.acme, f"{month_ago} 11:00", revenue=Decimal("20.02")),
    )
    return Contract.objects.create(
        contract_no="HT-1",
        customer=cast.acme,
        starts_on=today - dt.timedelta(days=200),
        settlement="monthly",
        credit_days=30,
    )


@pytest.fixture
def statement(cast: Cast, contract: Contract, today: dt.date) -> Statement:
    """Made from the drawer and sent by the clerk."""
    client = client_of(cast.fiona)
    url = f"/customers/{cast.acme.pk}/statements/new/"
    proposed = re.search(r'name="since" value="([^"]*)"', client.get(url).content.decode())[1]
    client.post(url, {"contract": contract.pk, "since": proposed})
    made = Statement.objects.get()
    client.post(f"/statements/{made.pk}/send/")
    made.refresh_from_db()
    return made


def by_link(statement: Statement, **posted: object) -> tuple[int, str]:
    """What a stranger with the link is answered, where a post leads to included."""
    client, path = Client(), link_of(statement, today=timezone.localdate())
    response = client.post(path, posted, follow=True) if posted else client.get(path)
    return response.status_code, text_of(response)


def test_the_file_says_what_is_unbilled_and_who_may_bill_it(cast: Cast, contract: Contract):
    url = f"/customers/{cast.acme.pk}/contracts/"
    head = text_of(client_of(cast.olga).get(url))
    assert "Unbilled so far ¥30.03" in head
    assert "Bill by statement" in head
    assert "Bill by statement" not in text_of(client_of(cast.alice).get(url))
    Contract.objects.update(statements_from=contract.starts_on)
    draft = Contract.objects.create(
        contract_no="HT-2", customer=cast.acme, starts_on=contract.starts_on, stage="draft",
        settlement="monthly",
    )  # fmt: skip
    assert "Bill by statement" not in text_of(client_of(cast.olga).get(url))  # a draft is none
    Contract.objects.exclude(pk=draft.pk).delete()
    assert "Unbilled" not in text_of(client_of(cast.olga).get(url))


def test_a_statement_is_made_sent_and_confirmed_by_the_link_once(cast: Cast, statement: Statement):
    file = text_of(client_of(cast.fiona).get(f"/customers/{cast.acme.pk}/contracts/"))
    assert re.search(rf"{statement.statement_no} .* 2 ¥30.03 Sent", file)
    status, page = by_link(statement)
    assert status == 200
    assert "Customer ACME" in page
    assert "W-1" in page
    assert by_link(statement, answer="confirm", amount="30.04")[0] == 422  # what it was before
    for _time in range(2):
        status, page = by_link(statement, answer="confirm", amount="30.03")
        assert (status, "Thank you." in page) == (200, True)
    line = PlanLine.objects.get()
    assert (line.amount, line.line_no) == (Decimal("30.03"), statement.statement_no)
    told = History.objects.get(table_name="contracts_planline")
    assert (told.actor, told.actor_id) == ("statement_link:", cast.fiona.pk)
    assert "Customer, by link" in text_of(
        client_of(cast.fiona).get(f"/customers/{cast.acme.pk}/history/")
    )
    assert "the customer, by the link" in text_of(
        client_of(cast.fiona).get(f"/statements/{statement.pk}/")
    )


def test_what_is_disputed_by_the_link_is_decided_here(cast: Cast, statement: Statement):
    wrong, fine = statement.items.order_by("-waybill_no")
    assert by_link(statement, answer="dispute", **{f"note-{wrong.pk}": " "})[0] == 422
    said = {f"note-{wrong.pk}": "weighed <b>2</b> kg"}
    assert "look into it" in by_link(statement, answer="dispute", **said)[1]
    assert by_link(statement, answer="confirm", amount="30.03")[0] == 422
    client, url = client_of(cast.fiona), f"/statements/{statement.pk}/"
    assert "weighed &lt;b&gt;2&lt;/b&gt; kg" in client.get(url).content.decode()
    assert client.post(f"/statements/items/{fine.pk}/", {"decision": "stays"}).status_code == 302
    client.post(f"/statements/items/{wrong.pk}/", {"decision": "set_aside"})
    assert "W-2 ¥20.02 weighed &lt;b&gt;2&lt;/b&gt; kg next statement" in by_link(statement)[1]
    rows = b"".join(client.get(f"{url}export/").streaming_content).decode().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["W-1"]
    client.post(f"{url}confirm/")
    assert PlanLine.objects.get().amount == Decimal("10.01")


def test_its_table_is_for_people_who_typed_their_password_lately(
    statement: Statement, cast: Cast, settings
):
    client = client_of(cast.fiona)
    settings.CONFIRM_MINUTES = -1  # it was typed long ago
    url = f"/statements/{statement.pk}/"
    asked = client.get(f"{url}export/")
    assert asked.url == f"/confirm/?{urlencode({'next': url})}"


def test_a_link_touches_no_other_statement(cast: Cast, statement: Statement, today: dt.date):
    theirs = Contract.objects.create(
        contract_no="HT-2", customer=cast.bolt, starts_on=today, settlement="monthly"
    )
    other = Statement.objects.create(
        statement_no="DZ-2", customer=cast.bolt, contract=theirs, currency="CNY",
        period_start=today, period_end=today, state="sent",
    )  # fmt: skip
    item = other.items.create(
        customer=cast.bolt, waybill_no="W-9", month=1, accepted_on=today, kind="new",
        amount=Decimal(5), currency="CNY",
    )  # fmt: skip
    assert by_link(statement, answer="dispute", **{f"note-{item.pk}": "mine"})[0] == 422
    mine = statement.items.first()
    by_link(statement, **{f"note-{item.pk}": "mine", f"note-{mine.pk}": "wrong"})
    item.refresh_from_db()
    assert (item.disputed, item.dispute_note) == (False, "")
    assert statement.items.get(disputed=True) == mine


def test_every_link_that_opens_nothing_is_answered_alike(
    cast: Cast, statement: Statement, today: dt.date
):
    first = link_of(statement, today=today)
    response = Client().get(first)
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response.headers["Cache-Control"]
    services.send_statement(statement, actor=cast.fiona, today=today)
    statement.refresh_from_db()
    second = link_of(statement, today=today)
    facts = [statement.pk, statement.link_key, cast.fiona.pk]
    forged = signing.Signer(key="another", salt="contracts.statement").sign_object(facts)
    Statement.objects.update(sent_on=today - dt.timedelta(days=31))
    outdated = Client().get(second).content
    Statement.objects.update(sent_on=today - dt.timedelta(days=30))
    User.objects.filter(pk=cast.fiona.pk).update(is_active=False)
    of_who_left = Client().get(second).content
    User.objects.filter(pk=cast.fiona.pk).update(is_active=True)
    assert GONE not in by_link(statement)[1]
    client_of(cast.fiona).post(f"/statements/{statement.pk}/revoke/")
    answers = [outdated, of_who_left]
    for path in (first, second, f"/statements/answer/{forged}/", "/statements/answer/x/"):
        read, sent = Client().get(path), Client().post(path, {"answer": "confirm"})
        assert (read.status_code, sent.status_code) == (404, 404), path
        answers.append(read.content)
    assert {GONE in found.decode() for found in answers} == {True}
    assert not PlanLine.objects.exists()


def test_a_link_asked_too_often_is_told_to_wait(statement: Statement, monkeypatch):
    asked = []
    monkeypatch.setattr(answer, "wait_for", lambda key, *_rest: asked.append(key) or 7)
    response = Client().get(link_of(statement, today=timezone.localdate()))
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")
    assert asked[0].endswith(f":{statement.link_key}:127.0.0.1")


def test_the_first_day_stays_once_something_was_stated(
    cast: Cast, contract: Contract, statement: Statement, today: dt.date
):
    url = f"/customers/{cast.acme.pk}/statements/new/"
    moved = {"contract": contract.pk, "since": str(today - dt.timedelta(days=80))}
    answer = client_of(cast.fiona).post(url, moved)
    assert answer.status_code == 422
    assert "exists already: the first day" in text_of(answer)
    assert client_of(cast.alice).get(url).status_code == 403
