"""The demonstration in the database: loaded, carried on, found again, taken away."""

import datetime as dt
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Q, Sum
from django.test import Client
from django.utils import timezone

from conftest import as_role
from contracts.models import Allocation, PlanLine
from contracts.reports import iter_ageing
from core.context import acting
from core.errors import RefusedError
from core.models import History, Version
from core.tables.importer import run_import
from core.tables.write import ExportRequest, iter_csv, write_table
from crm.roles import OWNER, role_for_command
from crm.safety import refuse_demonstration
from customers.models import Customer
from engagement.models import Alert, Complaint, Note, Task
from organization.models import OrgUnit, SecurityEvent, Session, SignInTry, User
from segmentation.models import Figures
from shipments.models import PlanStage, ServicePlan, Waybill
from surveys.models import Answer
from tests.cast import make_customer, make_unit
from tests.kept import kept
from workspace.demo import days, loading, removal
from workspace.demo.company import LATE_OUTLET
from workspace.demo.persons import PASSWORD, PERSONS
from workspace.demo.seasons import DAY
from workspace.demo.world import World
from workspace.exports import EXPORTS
from workspace.imports import IMPORTS
from workspace.management.commands import demo as demo_command
from workspace.models import Demonstration

pytestmark = pytest.mark.django_db(transaction=True)

FIRST_DAY = dt.date(2026, 3, 31)
SEED, SCALE = 7, 0.02
FACTS = [kind for kind in IMPORTS if kind != "org_units"]


def silent(_message: str) -> None:
    """Nobody waits."""


def load(first_day: dt.date = FIRST_DAY) -> None:
    loading.load(World(SEED, first_day, SCALE), silent)


def remove() -> None:
    with as_role(OWNER):
        removal.remove(silent)


def fingerprint(kinds: list[str] = FACTS) -> dict[str, str]:
    """Hash of each kind's export."""
    hashes = {}
    for kind in kinds:
        exporter = EXPORTS[kind]
        text = "".join(iter_csv(exporter.columns, exporter.rows(ExportRequest())))
        hashes[kind] = hashlib.sha256(text.encode()).hexdigest()
    return hashes


def rows_of_tables() -> dict[str, int]:
    """Rows of every table but the record of the jobs and of the demonstration itself."""
    with as_role("postgres"), connection.cursor() as cursor:  # some tables are nobody's to read
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND relname NOT IN ('core_fence', 'workspace_demonstration')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # names of the catalogue
            counts[table] = cursor.fetchone()[0]
    return counts


@pytest.fixture
def demo(db: None) -> None:
    """The small company, without its nights."""
    kept("company", load)


def named(story: str) -> Customer:
    """The customer of a story."""
    [profile] = [p for p in World(SEED, FIRST_DAY, SCALE).profiles if p.story == story]
    return Customer.objects.get(code=profile.code)


def test_loaded_removed_and_loaded_again_it_is_the_same_and_leaves_nothing_between() -> None:
    empty = rows_of_tables()
    before = list(History.objects.values_list("pk", flat=True))  # migrations fill some tables
    load()
    first = fingerprint()
    assert Waybill.objects.count() > 2000
    call_command("nightly", as_of=FIRST_DAY, stdout=io.StringIO())
    remove()
    left = {table: n for table, n in rows_of_tables().items() if n != empty[table]}
    # The first night made the rules; a worker empties the notes of what is to be judged.
    assert set(left) <= {"segmentation_ruleset", "core_history", "contracts_creditdue"}
    kept = History.objects.exclude(pk__in=before).values_list("table_name", flat=True)
    assert set(kept) <= {"segmentation_ruleset"}
    load()
    assert fingerprint() == first


def test_every_row_is_valid_by_the_importers_and_known_to_them(demo: None, tmp_path: Path) -> None:
    for kind in FACTS:
        path = tmp_path / f"{kind}.csv"
        exporter = EXPORTS[kind]
        count = write_table("csv", exporter.columns, exporter.rows(ExportRequest()), path)
        report = run_import(IMPORTS[kind](), path, context=partial(acting, actor="test"))
        strangers = [error for error in report.errors if "xuning" not in str(error)]
        assert (kind, strangers) == (kind, [])  # administrators are not imported
        assert (report.result.created, report.result.updated) == (0, 0), kind
        assert count > 10, kind


def test_days_carried_on_one_by_one_or_at_once_are_the_same(demo: None) -> None:
    facts = [kind for kind in FACTS if kind not in {"users", "customers", "contacts", "accounts"}]
    before = Waybill.objects.exclude(status__in=["delivered", "cancelled"]).count()
    for number in (1, 2, 9, 45):
        assert loading.carry_on(FIRST_DAY + number * DAY, silent)
    assert not loading.carry_on(FIRST_DAY + 45 * DAY, silent)
    assert before > 0
    assert not Waybill.objects.filter(accepted_on__lte=FIRST_DAY, status="in_transit").exists()
    piecewise = fingerprint(facts)
    remove()
    load()
    assert fingerprint(facts) != piecewise
    loading.carry_on(FIRST_DAY + 45 * DAY, silent)
    assert fingerprint(facts) == piecewise


def test_broken_off_in_the_middle_nothing_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = rows_of_tables()

    def fail(*_arguments: object) -> Iterator[object]:
        raise OSError("the machine goes down")

    monkeypatch.setattr(days.voices, "answers", fail)
    with pytest.raises(OSError, match="goes down"):
        load()
    assert rows_of_tables() == empty
    assert loading.is_untouched()
    monkeypatch.undo()
    load()
    assert loading.loaded() is not None


def test_what_is_owed_agrees_with_the_ledger(demo: None) -> None:
    rows = list(iter_ageing(None, FIRST_DAY))
    issued = PlanLine.objects.filter(issued_on__lte=FIRST_DAY)  # instalments are planned ahead
    owed = issued.aggregate(owed=Sum(F("amount") - F("paid")))["owed"]
    booked_later = Allocation.objects.filter(allocated_on__gt=FIRST_DAY).aggregate(
        later=Sum("amount")
    )["later"]
    assert sum(row.not_due + row.overdue for row in rows) == owed + (booked_later or 0)


def test_the_stories_can_be_found(demo: None) -> None:
    call_command("nightly", as_of=FIRST_DAY, stdout=io.StringIO())
    figures = {
        row.customer_id: row for row in Figures.objects.filter(version=Version.objects.current())
    }
    largest = max(figures.values(), key=lambda row: row.revenue_12m)
    assert largest.customer == named("largest")
    assert named("largest").tier == named("fading").tier == "large"
    assert named("prospect").tier == "potential"
    assert named("lost").status == "lost"
    assert figures[named("fast grower").pk].revenue_prev_12m == 0
    assert figures[named("promoter").pk].revenue_12m < 250_000
    promoter = Answer.objects.filter(customer=named("promoter"), question="nps")
    assert set(promoter.values_list("value", flat=True)) == {10}

    overdue = {row.customer_code: row.overdue for row in iter_ageing(None, FIRST_DAY)}
    assert max(overdue, key=lambda code: overdue[code]) == named("slow payer").code
    assert PlanLine.objects.filter(disputed=True).values("customer").distinct().count() == 1
    assert PlanLine.objects.filter(customer=named("dispute"), disputed=True).exists()
    late = Alert.objects.filter(customer=named("slow payer"), status="open")
    assert late.filter(severity__in=["high", "critical"]).exists()
    assert Note.objects.filter(customer=named("fading"), text__contains="快驰").count() >= 2


def test_the_key_account_fades_and_the_outlet_delivers_late(demo: None) -> None:
    def shipped(after: int, until: int) -> int:
        window = (FIRST_DAY + (after + 1) * DAY, FIRST_DAY + until * DAY)
        return Waybill.objects.filter(customer=named("fading"), accepted_on__range=window).count()

    assert shipped(-28, 0) < 0.8 * shipped(-110, -82)

    def on_time(which: Q) -> float:
        there = Waybill.objects.filter(which, delivered_on__gt=FIRST_DAY - 80 * DAY)
        return there.filter(delivered_on__lte=F("promised_on")).count() / there.count()

    late = Q(delivery_unit__code=LATE_OUTLET)
    assert on_time(late) < on_time(~late) - 0.15


def test_large_customers_have_plans_and_some_have_complained(demo: None) -> None:
    assert set(Counter(ServicePlan.objects.values_list("customer", flat=True)).values()) == {2}
    assert PlanStage.objects.filter(department__kind="delivery", unit__isnull=False).exists()
    assert Complaint.objects.filter(closed_at__isnull=False).count() > 20
    assert Complaint.objects.exclude(waybill_no="").exists()
    assert Task.objects.open().filter(pk__in=Complaint.objects.open().values("task")).exists()


def test_a_group_has_subsidiaries_in_other_units(demo: None) -> None:
    [head] = Customer.objects.filter(subsidiaries__isnull=False).distinct()
    subsidiaries = head.subsidiaries.all()
    assert len(subsidiaries) == 3
    assert head.org_unit_id not in {each.org_unit_id for each in subsidiaries}


def test_it_is_not_loaded_over_a_company_nor_twice() -> None:
    make_customer("MINE", make_unit("HQ", "group"))
    with pytest.raises(RefusedError, match="holds a company already"):
        load()
    assert Customer.objects.count() == 1
    Customer.objects.all().delete()
    OrgUnit.objects.all().delete()
    load()
    with pytest.raises(RefusedError, match="loaded already"):
        load()


def test_in_production_it_is_neither_loaded_nor_offered(
    demo: None, settings, client: Client
) -> None:
    settings.PRODUCTION = True
    assert client.post("/demo/sign-in/", {"person": "linxiao"}).status_code == 404
    assert "persons" not in client.get("/sign-in/").content.decode()
    remove()
    with pytest.raises(RefusedError, match="not for production"):
        load()


def test_who_signed_in_as_one_of_its_people_leaves_no_trace_after_the_removal(demo: None) -> None:
    Client().post("/demo/sign-in/", {"person": "linxiao"})
    for _ in range(6):
        Client().post("/sign-in/", {"username": "shenlan", "password": "wrong"})
    kept = (Session, SignInTry, SecurityEvent)
    assert all(model.objects.exclude(user=None).exists() for model in kept)
    remove()
    assert not SecurityEvent.objects.exists()
    assert not SignInTry.objects.exists()
    assert not Session.objects.exclude(user=None).exists()


def test_there_must_be_something_to_remove(demo: None) -> None:
    remove()
    with pytest.raises(RefusedError, match="no demonstration"):
        remove()
    assert not loading.is_untouched()  # the next start does not load it again


def test_what_is_ones_own_stays_or_holds_the_removal_up(demo: None) -> None:
    unit = OrgUnit.objects.get(code=LATE_OUTLET)
    mine = make_customer("MINE", unit, User.objects.get(username="linxiao"))
    with pytest.raises(RefusedError, match="customers of your own"):
        remove()
    assert Customer.objects.count() > 30
    mine.org_unit = make_unit("OWN", "group")
    mine.save()
    remove()
    assert list(Customer.objects.values_list("code", "account_manager")) == [("MINE", None)]
    assert list(OrgUnit.objects.values_list("code", flat=True)) == ["OWN"]


def test_the_guards_of_the_ledger_are_back_after_a_removal(demo: None) -> None:
    remove()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)
    assert role_for_command("demo", "remove") == OWNER
    assert role_for_command("demo", "load") != OWNER


def test_nights_follow_what_was_written(demo: None) -> None:
    planned = [day for day, _replay in loading.missing_nights()]
    assert planned == [
        dt.date(2026, 1, 31),
        dt.date(2026, 2, 28),
        dt.date(2026, 3, 24),
        dt.date(2026, 3, 31),
    ]
    call_command("nightly", as_of=FIRST_DAY, stdout=io.StringIO())
    assert loading.missing_nights() == []  # earlier than the current one: not any more
    loading.note_nights(FIRST_DAY)
    loading.carry_on(FIRST_DAY + 2 * DAY, silent)
    call_command("nightly", as_of=FIRST_DAY + 2 * DAY, stdout=io.StringIO())
    assert loading.missing_nights() == [(FIRST_DAY + DAY, True), (FIRST_DAY + 2 * DAY, False)]


def test_the_command_loads_computes_the_nights_and_says_who_may_sign_in() -> None:
    said, logins = io.StringIO(), io.StringIO()
    call_command("demo", "load", "--as-of", "2026-03-31", "--scale", "0.01", stderr=said)
    assert "The demonstration is loaded" in said.getvalue()
    assert Demonstration.objects.get().nights_until == FIRST_DAY
    assert Version.objects.filter(status="published").count() == 4
    call_command("demo", "logins", stdout=logins)
    lines = logins.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == list(PERSONS)
    assert {line.split()[1] for line in lines} == {PASSWORD}
    with pytest.raises(CommandError, match="loaded already"):
        call_command("demo", "load", stderr=said)


def test_the_first_start_loads_it_and_the_next_ones_only_finish_what_was_broken_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo_command, "SCALE", 0.01)
    said = io.StringIO()
    start = partial(call_command, "demo", "start", stderr=said)
    start()
    made = Demonstration.objects.get()
    assert made.nights_until == made.first_day == timezone.localdate() - DAY
    said.truncate(0)
    start()
    assert said.getvalue().strip("\0") == ""

    loading.note_nights(None)  # as after a kill between the data and their nights
    start()
    assert Demonstration.objects.get().nights_until == made.first_day
    remove()
    start()
    assert not Customer.objects.exists()


def test_the_next_start_adds_the_days_since_and_their_nights() -> None:
    load(timezone.localdate() - 4 * DAY)
    loading.note_nights(timezone.localdate() - 4 * DAY)
    call_command("demo", "fill", stderr=io.StringIO())
    yesterday = timezone.localdate() - DAY
    current = Version.objects.current()
    assert current is not None
    assert current.business_date == yesterday
    assert Demonstration.objects.get().nights_until == yesterday
    newest = Waybill.objects.order_by("-accepted_on").first()
    assert newest is not None
    assert newest.accepted_on == yesterday
    assert newest.customer.figures.get(version=current).last_accepted_on == yesterday


def test_a_database_at_work_is_left_alone_by_a_start() -> None:
    make_unit("HQ", "group")
    call_command("demo", "start", stderr=io.StringIO())
    call_command("demo", "fill", stderr=io.StringIO())
    assert not Customer.objects.exists()
    assert not Demonstration.objects.exists()


def test_a_production_web_server_refuses_to_start_with_it(demo: None, settings) -> None:
    refuse_demonstration()
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured, match="demo remove"):
        refuse_demonstration()
    remove()
    refuse_demonstration()


def test_every_person_offered_gets_in_by_a_click_and_by_the_password(demo: None) -> None:
    for username in PERSONS:
        clicking, typing = Client(), Client()
        page = clicking.get("/sign-in/").content.decode()
        assert f'value="{username}"' in page
        assert clicking.post("/demo/sign-in/", {"person": username}).status_code == 302
        assert clicking.get("/preferences/").status_code == 200
        data = {"username": username, "password": PASSWORD}
        assert typing.post("/sign-in/", data).status_code == 302


def test_nobody_else_gets_in_without_a_password(demo: None, client: Client) -> None:
    other = User.objects.exclude(username__in=PERSONS).first()
    assert other is not None
    assert not other.has_usable_password()
    mine = User.objects.create_user("mine", "correct horse battery", role="administrator")
    for username in (other.username, mine.username, "", "nobody"):
        assert client.post("/demo/sign-in/", {"person": username}).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/sign-in/", {"person": "linxiao"}).status_code == 403
    User.objects.filter(username="linxiao").update(is_active=False)
    assert client.post("/demo/sign-in/", {"person": "linxiao"}).status_code == 404
