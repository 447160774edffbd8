"""R7: history sees everything, whatever wrote it, and nobody can touch it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg2 import errorcodes

from conftest import as_role
from core.context import acting, set_context
from core.models import History
from customers.models import Contact, Customer, Share
from organization.models import User
from tests.cast import Cast, make_customer
from tests.tabled import take

pytestmark = pytest.mark.django_db


def since(before: int, table: str = "customers_customer") -> list[tuple[str, str, dict]]:
    """What was recorded for a table after that entry: operation, actor, changes."""
    entries = History.objects.filter(pk__gt=before, table_name=table).order_by("pk")
    return [(entry.operation, entry.actor, entry.changes) for entry in entries]


@pytest.fixture
def last(cast: Cast) -> int:
    """The last entry before the test's own act."""
    return History.objects.order_by("-pk").values_list("pk", flat=True).first()


def run(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def test_save_is_recorded_with_old_and_new_value_and_who(cast: Cast, last: int):
    with acting(user_id=cast.alice.pk, actor="alice", request_id="r1"):
        cast.acme.city = "武汉"
        cast.acme.save()
    assert since(last) == [("U", "alice", {"city": ["", "武汉"]})]
    entry = History.objects.get(pk__gt=last)
    assert (entry.actor_id, entry.request_id, entry.customer_id, entry.row_id) == (
        cast.alice.pk,
        "r1",
        cast.acme.pk,
        str(cast.acme.pk),
    )


def test_update_of_many_rows_is_recorded_row_by_row(cast: Cast, last: int):
    with acting(actor="import"):
        Customer.objects.filter(code__in=["ACME", "BOLT"]).update(status="dormant")
    changes = {
        "status": ["active", "dormant"],
        "status_on": [None, timezone.localdate().isoformat()],  # the database notes the day
    }
    assert since(last) == [("U", "import", changes)] * 2


def test_bulk_create_is_recorded(cast: Cast, last: int):
    with acting(actor="import"):
        Customer.objects.bulk_create(
            Customer(code=f"N{n}", name="New", org_unit=cast.east) for n in range(3)
        )
    recorded = since(last)
    assert [(operation, actor) for operation, actor, _changes in recorded] == [("I", "import")] * 3
    assert [changes["code"] for _o, _a, changes in recorded] == [[None, f"N{n}"] for n in range(3)]


def test_an_upsert_is_recorded_as_what_it_did_to_each_row(cast: Cast, last: int):
    with acting(actor="import"):
        Customer.objects.bulk_create(
            [
                Customer(code="ACME", name="Renamed", org_unit=cast.east_outlet),
                Customer(code="NEW", name="New", org_unit=cast.east_outlet),
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name"],
        )
    assert [(operation, changes["name"]) for operation, _actor, changes in since(last)] == [
        ("U", ["Customer ACME", "Renamed"]),
        ("I", [None, "New"]),
    ]


def test_an_upsert_that_changes_nothing_leaves_no_trace(cast: Cast, last: int):
    Customer.objects.filter(code="ACME").update(name="Customer ACME")
    assert since(last) == []


def test_copy_is_recorded(cast: Cast, last: int):
    with acting(actor="loader"), connection.cursor() as cursor:
        lines = io.StringIO(f"C-1\t{cast.acme.pk}\t\nC-2\t{cast.acme.pk}\tWuhan\n")
        cursor.copy_expert(
            "COPY customers_account (account_no, customer_id, site) FROM STDIN", lines
        )
    recorded = since(last, "customers_account")
    assert [(operation, actor) for operation, actor, _changes in recorded] == [("I", "loader")] * 2
    assert recorded[1][2]["site"] == [None, "Wuhan"]


def test_raw_sql_is_recorded_even_when_nobody_said_who_acts(cast: Cast, last: int):
    run("SELECT set_config('app.actor', '', true)")
    run("UPDATE customers_customer SET name = 'By hand' WHERE code = 'ACME'")
    [(operation, actor, changes)] = since(last)
    assert operation == "U"
    assert changes == {
        "name": ["Customer ACME", "By hand"],
        "former_names": [[], ["Customer ACME"]],  # which the database keeps
    }
    assert actor.endswith("/sql")


def test_merge_statements_are_recorded(cast: Cast, last: int):
    run(
        "MERGE INTO customers_customer c"
        " USING (VALUES ('ACME', 'M1'), ('BOLT', 'M2')) v (code, name)"
        " ON c.code = v.code WHEN MATCHED THEN UPDATE SET name = v.name"
    )
    assert [changes["name"][1] for _o, _a, changes in since(last)] == ["M1", "M2"]


def test_deletes_that_cascade_are_recorded(cast: Cast, last: int):
    Share.objects.create(customer=cast.acme, user=cast.wendy)
    with acting(actor="admin"):
        cast.acme.shares.all().delete()
    assert [row[:2] for row in since(last, "customers_share")][-1] == ("D", "admin")


def test_what_the_database_cascades_by_itself_is_recorded(cast: Cast, last: int):
    """A foreign key that clears itself leaves the same trace as an update by hand."""
    boss = Contact.objects.create(customer=cast.acme, name="Boss")
    report = Contact.objects.create(customer=cast.acme, name="Report", reports_to=boss)
    before = History.objects.order_by("-pk").first().pk
    with acting(actor="alice"):
        boss.delete()
    recorded = since(before, "customers_contact")
    assert ("U", "alice", {"reports_to_id": [boss_id(recorded), None]}) in recorded
    assert "D" in {operation for operation, _actor, _changes in recorded}
    report.refresh_from_db()
    assert report.reports_to is None


def boss_id(recorded: list[tuple[str, str, dict]]) -> int:
    [deleted] = [changes for operation, _actor, changes in recorded if operation == "D"]
    return deleted["id"][0]


def test_an_import_is_recorded_row_by_row(cast: Cast, last: int, tmp_path):
    with acting(actor="import"):
        take(tmp_path, "accounts", "account_no,customer_code", "A-1,ACME", "A-2,BOLT")
    recorded = since(last, "customers_account")
    assert [(operation, actor) for operation, actor, _c in recorded] == [("I", "import")] * 2


def test_a_rolled_back_change_was_never_made(cast: Cast, last: int):
    with transaction.atomic():
        make_customer("GONE", cast.east)
        transaction.set_rollback(True)
    assert since(last) == []


def test_passwords_are_recorded_as_changed_and_nothing_more(cast: Cast, last: int):
    cast.alice.set_password("another good password")
    cast.alice.save()
    [(_operation, _actor, changes)] = since(last, "organization_user")
    assert changes == {"password": ["•••", "•••"]}
    created = History.objects.filter(table_name="organization_user", operation="I").first()
    assert created.changes["password"] == ["•••", "•••"]
    hashes = set(User.objects.values_list("password", flat=True))
    assert not [e for e in History.objects.all() if any(h in str(e.changes) for h in hashes)]


def test_the_first_tiers_by_night_are_no_news(cast: Cast, last: int):
    """Their trace is the night's version; a first night would else write a row a customer."""
    with acting(actor="nightly:2026-03-01"):
        Customer.objects.update(tier="small", size="small", abc_class="N")
    assert since(last) == []


def test_a_later_move_is_recorded_also_when_another_column_is_filled_first(cast: Cast, last: int):
    with acting(actor="nightly:2026-03-01"):
        Customer.objects.filter(code="ACME").update(tier="small", size="small")
    with acting(actor="nightly:2026-03-02"):
        Customer.objects.filter(code="ACME").update(tier="medium", size="small", abc_class="C")
        Customer.objects.filter(code="ACME").update(tier="", abc_class="B")
    assert since(last) == [
        ("U", "nightly:2026-03-02", {"tier": ["small", "medium"]}),
        ("U", "nightly:2026-03-02", {"tier": ["medium", ""], "abc_class": ["C", "B"]}),
    ]


def test_beside_a_first_tier_everything_else_is_recorded(cast: Cast, last: int):
    with acting(actor="nightly:2026-03-01"):
        Customer.objects.filter(code="ACME").update(tier="small", city="武汉")
    assert since(last) == [("U", "nightly:2026-03-01", {"city": ["", "武汉"]})]


def test_what_a_person_fills_in_is_recorded_whole(cast: Cast, last: int):
    with acting(user_id=cast.alice.pk, actor="alice"):
        Customer.objects.filter(code="ACME").update(tier="large", city="武汉")
    assert since(last) == [("U", "alice", {"tier": ["", "large"], "city": ["", "武汉"]})]


@pytest.mark.parametrize("role", ["crm_app", "crm_job"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO core_history (table_name, row_id, operation, changes, actor, request_id)"
        " VALUES ('x', '1', 'U', '{}', 'me', '')",
        "UPDATE core_history SET actor = 'somebody else'",
        "DELETE FROM core_history",
        "TRUNCATE core_history",
        "DELETE FROM core_history_rest",
        "SELECT nextval('core_history_id_seq')",
    ],
)
def test_nobody_writes_history(cast: Cast, role: str, statement: str):
    with (
        as_role(role),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        run(statement)


@pytest.mark.parametrize("role", ["crm_app", "crm_job"])
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE core_history",
        "ALTER TABLE core_history DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE core_history ADD COLUMN x int",
        "CREATE RULE forget AS ON INSERT TO core_history DO INSTEAD NOTHING",
        "ALTER TABLE customers_customer DISABLE TRIGGER history",
        "ALTER TABLE customers_customer DISABLE TRIGGER ALL",
        "DROP TRIGGER history ON customers_customer",
        "DROP FUNCTION core_record_history() CASCADE",
        "CREATE OR REPLACE FUNCTION core_record_history() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END'",
        "ALTER TABLE core_history DETACH PARTITION core_history_rest",
        "TRUNCATE customers_account",
        "SET session_replication_role = replica",
        "SET ROLE crm_history",
        "DROP POLICY visible ON core_history",
        "CREATE TABLE core_history_forged PARTITION OF core_history FOR VALUES FROM ('2001-01-01')"
        " TO ('2001-02-01')",
    ],
)
def test_no_process_goes_round_history(role: str, statement: str):
    """Signed in as the role itself: a superuser who has only taken the role could still SET."""
    with signed_in(role) as cursor, pytest.raises(psycopg2.Error) as refused:
        cursor.execute(statement)
    assert refused.value.pgcode == errorcodes.INSUFFICIENT_PRIVILEGE


@contextmanager
def signed_in(role: str) -> Iterator[Any]:
    """A cursor of a connection of the role's own, whose work is never kept."""
    settings = connection.settings_dict
    session = psycopg2.connect(dbname=settings["NAME"], user=role, host=settings["HOST"])
    try:
        with session.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            yield cursor
    finally:
        session.close()


@pytest.mark.parametrize("role", ["crm_app", "crm_job"])
def test_no_process_gives_itself_rights(role: str):
    """Postgres only warns when there is nothing to give, so what counts is what is there after."""
    with signed_in(role) as cursor:
        cursor.execute(f"GRANT ALL ON core_history TO {role}")
        cursor.execute("SELECT has_table_privilege('core_history', 'INSERT, UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)


def test_the_owner_may_so_the_refusals_are_of_the_role():
    """The negative control: such statements are well formed, and without the trigger nothing is."""
    with signed_in("crm_owner") as cursor:
        cursor.execute("SELECT count(*) FROM core_history")
        before = cursor.fetchone()
        cursor.execute("ALTER TABLE organization_orgunit DISABLE TRIGGER history")
        cursor.execute(
            "INSERT INTO organization_orgunit (code, name, level, path)"
            " VALUES ('X', 'X', 'group', '')"
        )
        cursor.execute("SELECT count(*) FROM core_history")
        assert cursor.fetchone() == before


def test_people_read_the_history_of_their_customers_only(cast: Cast):
    everything = set(History.objects.values_list("customer_id", flat=True))
    assert {None, cast.acme.pk, cast.bolt.pk, cast.wolf.pk} <= everything
    for person, seen in (
        (cast.alice, {cast.acme.pk}),
        (cast.bruno, {cast.acme.pk, cast.bolt.pk}),
        (cast.wendy, {cast.wolf.pk}),
        (cast.adam, {None}),
    ):
        with acting(user_id=person.pk, actor=person.username), as_role("crm_app"):
            assert set(History.objects.values_list("customer_id", flat=True)) == seen


def test_without_an_acting_user_the_web_role_reads_no_history(cast: Cast):
    set_context(user_id=None, actor="")
    with as_role("crm_app"):
        assert not History.objects.exists()
