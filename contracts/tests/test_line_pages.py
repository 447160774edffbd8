"""The open lines of a customer in the browser: reminded of, disputed, agreed again."""

import json
import re

import pytest
from django.utils import timezone

from contracts import services
from contracts.jobs import open_payment_alerts
from contracts.models import PlanLine
from contracts.tests.make import day, make_line, pay
from core.errors import RefusedError
from core.models import History
from engagement.models import Alert, Note
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def owing(cast: Cast) -> Cast:
    make_line(cast.acme, "A1", "2025-06-30", "300.00")
    make_line(cast.acme, "A2", "2999-07-31", "50.00")
    make_line(cast.wolf, "W1", "2025-06-30", "7.00")
    pay(cast.acme, "R1", "2025-07-01", "100.00")
    return cast


def test_the_drawer_shows_what_is_open_now_and_for_how_long(owing: Cast):
    client = client_of(owing.alice)
    late = (timezone.localdate() - day("2025-06-30")).days
    text = text_of(client.get(f"/receivables/{owing.acme.pk}/lines/", headers=HTMX))
    assert "Overdue ¥200.00 Not due ¥50.00" in text
    assert f"A1 ¥200.00 due 30 Jun 2025 · of ¥300.00 {late} days late" in text
    assert "A2 ¥50.00 due 31 Jul 2999 not due" in text
    assert "W1" not in text
    assert client.get(f"/receivables/{owing.wolf.pk}/lines/").status_code == 404
    whole = client.get(f"/receivables/{owing.acme.pk}/lines/").content.decode()
    assert "<html" in whole


def test_acts_are_offered_to_who_may(owing: Cast):
    url = f"/receivables/{owing.acme.pk}/lines/"
    finance, agent = (client_of(one).get(url).content.decode() for one in (owing.fiona, owing.sam))
    assert "/receipts/new/?line=A1" in finance
    assert "/dispute/" in finance
    assert "/receipts/new/" not in agent
    assert "/dispute/" not in agent


def test_a_reminder_begins_with_what_is_overdue_and_becomes_one_note(owing: Cast):
    client = client_of(owing.alice)
    url = f"/receivables/{owing.acme.pk}/remind/"
    page = client.get(url, headers=HTMX)
    draft = page.context["form"].initial["text"]
    assert draft.startswith("Reminded of:\nA1: ¥200.00, due 30 Jun 2025, ")
    assert "A2" not in draft
    token = re.search(r'name="token" value="([^"]*)"', page.content.decode())[1]
    sent = {"text": f"{draft}Wang pays on Friday.", "token": token}
    answer = client.post(url, sent, headers=HTMX)
    assert {"notes-changed", "drawer-close"} <= set(json.loads(answer["HX-Trigger"]))
    client.post(url, sent, headers=HTMX)  # sent twice
    note = Note.objects.get()
    assert (note.kind, note.author, note.customer_id) == ("reminder", "Alice", owing.acme.pk)
    assert note.text.endswith("Wang pays on Friday.")
    drawer = text_of(client.get(f"/receivables/{owing.acme.pk}/lines/"))
    assert "Wang pays on Friday." in drawer


def test_an_empty_reminder_is_refused_and_strangers_are_not_found(owing: Cast):
    client = client_of(owing.alice)
    assert client.post(f"/receivables/{owing.acme.pk}/remind/", {"text": " "}).status_code == 422
    assert client.get(f"/receivables/{owing.wolf.pk}/remind/").status_code == 404
    assert client_of(owing.ann).get(f"/receivables/{owing.acme.pk}/remind/").status_code == 403
    assert not Note.objects.exists()


def test_a_disputed_line_calls_for_no_alert_until_that_is_settled(owing: Cast):
    line = PlanLine.objects.get(line_no="A1")
    client = client_of(owing.alice)
    url = f"/lines/{line.pk}/dispute/"
    assert client.post(url, {"reason": " "}).status_code == 422
    answer = client.post(url, {"reason": "Two parcels were never ours"}, headers=HTMX)
    assert "lines-changed" in json.loads(answer["HX-Trigger"])
    line.refresh_from_db()
    assert (line.disputed, line.dispute_note) == (True, "Two parcels were never ours")
    changed = History.objects.get(table_name="contracts_planline", operation="U")
    assert changed.actor == "alice"
    assert changed.changes["dispute_note"] == ["", "Two parcels were never ours"]
    open_payment_alerts(day("2025-08-31"))
    assert not Alert.objects.filter(subject="A1").exists()
    assert "Argued about" in text_of(client.get(url))
    client.post(url, {"reason": "They pay"}, headers=HTMX)
    line.refresh_from_db()
    assert (line.disputed, line.dispute_note) == (False, "They pay")
    open_payment_alerts(day("2025-08-31"))
    assert Alert.objects.filter(subject="A1").exists()


def test_only_open_lines_of_ones_own_are_disputed(owing: Cast):
    foreign = PlanLine.objects.get(line_no="W1")
    client = client_of(owing.alice)
    url = f"/lines/{foreign.pk}/dispute/"
    assert client.post(url, {"reason": "x"}).status_code == 404
    assert client_of(owing.sam).get(url).status_code == 403
    pay(owing.acme, "R2", "2025-07-02", "200.00", line_no="A1")
    paid = PlanLine.objects.get(line_no="A1")
    answer = client.post(f"/lines/{paid.pk}/dispute/", {"reason": "x"}, headers=HTMX)
    assert answer.status_code == 422
    assert "expects no money any more" in text_of(answer)


def test_a_dispute_is_opened_and_settled_once(owing: Cast):
    line = PlanLine.objects.get(line_no="A1")
    with pytest.raises(RefusedError, match="is not disputed"):
        services.settle_dispute(line, reason="x")
    services.dispute_line(line, reason="x")
    with pytest.raises(RefusedError, match="is disputed already"):
        services.dispute_line(line, reason="y")
    with pytest.raises(RefusedError, match="Say why"):
        services.settle_dispute(line, reason="  ")
    assert services.settle_dispute(line, reason=" z ").dispute_note == "z"
