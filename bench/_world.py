"""A company of any size, made by set-based SQL; the same numbers make the same company.

Tests load it through the product's triggers. A benchmark may switch them off (`without_triggers`)
and then has to call `add_up()`, which writes what they would have written.
"""
# ruff: noqa: S608  (statements are put together from this module's own pieces)

import datetime as dt
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from bench import _names
from contracts.models import Allocation, PlanLine, Receipt
from customers.models import Contact, Customer
from organization.models import OrgUnit
from shipments.rules import first_day
from surveys.models import Answer, Response, Survey

Expressions = dict[str, str]
_CUSTOMER = "(SELECT min(id) FROM customers_customer)"  # the others follow without gaps


@dataclass(frozen=True)
class Size:
    """How much of everything, and the last day on which something happens."""

    until: dt.date
    customers: int
    waybills: int
    lines: int
    responses: int
    months: int = 26

    def month_numbers(self) -> range:
        """The months with waybills, the last one that of `until`."""
        last = self.until.year * 12 + self.until.month - 1
        return range(last - self.months + 1, last + 1)


def build(size: Size) -> None:
    """Fill an empty database."""
    _units()
    _customers(size)
    for number, month in enumerate(size.month_numbers()):
        _waybills(size, number, month)
    _money(size)
    _answers(size)


@contextmanager
def without_triggers() -> Iterator[None]:
    """Rows go in without triggers and foreign keys; for superusers."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def add_up(size: Size) -> None:
    """What triggers keep: keys to find by, customers' months, what is paid and allocated."""
    write_keys()
    for month in size.month_numbers():  # in the order in which nights write them
        _run(
            "INSERT INTO shipments_customermonth (customer_id, month, currency, shipments, pieces,"
            " weight_kg, revenue, cost, uncosted, promised, on_time, exceptions, last_accepted_on,"
            " folded, shipping_days) SELECT customer_id, month, currency, count(*), 0, 0,"
            " sum(revenue),"
            " coalesce(sum(cost), 0), count(*) - count(cost),"
            " count(*) FILTER (WHERE promised_on IS NOT NULL AND delivered_on IS NOT NULL),"
            " count(*) FILTER (WHERE delivered_on <= promised_on),"
            " count(*) FILTER (WHERE exception <> ''), max(accepted_on), true,"
            f" bit_or(1 << (accepted_on - '{first_day(month)}'::date)) FROM shipments_waybill"
            f" WHERE month = {month} AND status <> 'cancelled' GROUP BY 1, 2, 3"
        )
        _run(
            "INSERT INTO shipments_lanemonth (customer_id, month, currency, service, origin,"
            " destination, shipments, pieces, weight_kg, revenue, cost, uncosted, promised,"
            " on_time, exceptions, folded) SELECT customer_id, month, currency, service, origin,"
            " destination, count(*), 0, 0, sum(revenue), coalesce(sum(cost), 0),"
            " count(*) - count(cost),"
            " count(*) FILTER (WHERE promised_on IS NOT NULL AND delivered_on IS NOT NULL),"
            " count(*) FILTER (WHERE delivered_on <= promised_on),"
            " count(*) FILTER (WHERE exception <> ''), true"
            " FROM shipments_waybill"
            f" WHERE month = {month} AND status <> 'cancelled' GROUP BY 1, 2, 3, 4, 5, 6"
        )
    _run(
        "UPDATE contracts_planline l SET paid = a.amount FROM (SELECT line_id, sum(amount)"
        " AS amount FROM contracts_allocation GROUP BY 1) a WHERE a.line_id = l.id"
    )
    _run(
        "UPDATE contracts_receipt r SET allocated = a.amount FROM (SELECT receipt_id, sum(amount)"
        " AS amount FROM contracts_allocation GROUP BY 1) a WHERE a.receipt_id = r.id"
    )


def write_keys() -> None:
    """Fill the table of what customers are found by, as its migration does; indexes after rows."""
    for name in ("unit", "key", "customer"):
        _run(f"DROP INDEX customers_searchkey_{name}")
    fill: str = importlib.import_module("customers.migrations.0021_search_keys").FILL
    _run(fill.replace("(customer_id);", "(customer_id, key);"))  # as 0034 has it


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _chance(number: str, salt: int) -> str:
    """A fraction in [0, 1] that depends on the number alone."""
    return f"((hashint8({number} * 31 + {salt}) & 1073741823) / 1073741823.0)"


def _fill(model: type[Model], source: str, expressions: Expressions) -> None:
    """Insert the source's rows; columns without an expression take the model's default."""
    columns = {
        str(field.column): expressions.get(str(field.column), _default(field))
        for field in model._meta.concrete_fields
        if field.column in expressions or _needs_value(field)
    }
    names, values = ", ".join(columns), ", ".join(columns.values())
    _run(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}")


def _needs_value(field: "Field[Any, Any]") -> bool:
    return not (field.null or field.primary_key or field.generated or field.has_db_default())


def _default(field: "Field[Any, Any]") -> str:
    if getattr(field, "auto_now_add", False):
        return "now()"
    default = field.get_default()
    return "'{}'" if isinstance(default, list | dict) else f"'{default}'"


def _units() -> None:
    group = OrgUnit.objects.create(code="HQ", name="Group", level="group")
    for branch_number in range(1, 5):
        branch = OrgUnit.objects.create(
            code=f"B{branch_number}", name=f"Branch {branch_number}", level="branch", parent=group
        )
        for number in range(1, 6):
            name = f"{branch.code}-{number}"
            OrgUnit.objects.create(code=name, name=name, level="outlet", parent=branch)


def _customers(size: Size) -> None:
    outlets = (
        "(SELECT array_agg(id ORDER BY code) AS ids FROM organization_orgunit"
        " WHERE level = 'outlet')"
    )
    _fill(
        Customer,
        f"generate_series(1, {size.customers}) n, {outlets} outlet",
        {
            "code": "'C' || lpad(n::text, 8, '0')",
            "name": _names.NAME,
            "short_name": _names.SHORT_NAME,
            "uscc": _names.USCC,
            "phone": _names.PHONE,
            "org_unit_id": "outlet.ids[n % 20 + 1]",
            "status": "CASE WHEN n % 50 = 0 THEN 'prospect' ELSE 'active' END",
            "province": "'Province ' || n % 30",
        },
    )
    _fill(
        Contact,
        f"generate_series(1, {size.customers}) n",
        {
            "customer_id": f"{_CUSTOMER} + n - 1",
            "name": _names.PERSON,
            "mobile": _names.MOBILE,
        },
    )


def _waybills(size: Size, number: int, month: int) -> None:
    """One month's share: few customers send much, many send little."""
    per_month = size.waybills // size.months
    first = number * per_month
    start = dt.date(month // 12, month % 12 + 1, 1)
    customer = f"{_CUSTOMER} + floor({size.customers - 1} * power({_chance('n', 1)}, 4))::bigint"
    moment = f"timestamptz '{start} 08:00+08' + n % 28 * interval '1 day'"
    waybills = (
        f"(SELECT n, {customer} AS customer,"
        f" {moment} + n % 600 * interval '1 minute' AS accepted_at,"
        f" round(5 + 495 * {_chance('n', 2)}, 2) AS revenue"
        f" FROM generate_series({first + 1}, {first + per_month}) n) w"
    )
    _run(f"SELECT shipments_make_partition({month})")
    _run(
        "INSERT INTO shipments_waybill (waybill_no, month, customer_id, shipper_id, payer,"
        " billed_code, service, accepted_at, promised_at, delivered_at, origin, destination,"
        " revenue, cost, currency, status, exception, source)"
        f" SELECT 'W' || n, {month}, customer, customer, 'shipper', '', 'standard', accepted_at,"
        " accepted_at + interval '2 days', accepted_at + (1 + n % 3) * interval '1 day', '', '',"
        " revenue, round(revenue * 0.8, 2), 'CNY',"
        " CASE WHEN n % 50 = 0 THEN 'cancelled' ELSE 'delivered' END,"
        f" CASE WHEN n % 80 = 0 THEN 'delay' ELSE '' END, '' FROM {waybills}"
    )
    _run(
        f"INSERT INTO shipments_waybillkey SELECT 'W' || n, {month}"
        f" FROM generate_series({first + 1}, {first + per_month}) n"
    )


def _money(size: Size) -> None:
    """Lines over two years, paid 45 days after issue on average; of 100 one never and one in part.

    About one in twelve is open, as where receivables stand for 45 days of sales.
    """
    until = f"date '{size.until}'"
    _fill(
        PlanLine,
        f"(SELECT n, {until} - (720 * {_chance('n', 3)})::int AS issued_on"
        f" FROM generate_series(1, {size.lines}) n) l",
        {
            "line_no": "'L' || n",
            "customer_id": f"{_CUSTOMER} + n % {size.customers}",
            "issued_on": "issued_on",
            "due_on": "issued_on + 30",
            "original_due_on": "issued_on + 30",
            "amount": f"round(100 + 9900 * {_chance('n', 4)}, 2)",
        },
    )
    _fill(
        Receipt,
        f"(SELECT *, due_on + (60 * {_chance('n', 5)})::int - 15 AS received_on"
        " FROM (SELECT *, substr(line_no, 2)::bigint AS n FROM contracts_planline) numbered"
        f" WHERE n % 100 <> 0) l WHERE received_on <= {until}",
        {
            "receipt_no": "'R' || n",
            "customer_id": "customer_id",
            "line_id": "id",
            "received_on": "received_on",
            "amount": "CASE WHEN n % 100 = 1 THEN round(amount / 2, 2) ELSE amount END",
        },
    )
    _fill(
        Allocation,
        "contracts_receipt r",
        {
            "receipt_id": "id",
            "line_id": "line_id",
            "customer_id": "customer_id",
            "amount": "amount",
            "allocated_on": "received_on",
        },
    )


def _answers(size: Size) -> None:
    survey = Survey.objects.create(code="YEARLY", name="Yearly survey")
    _fill(
        Response,
        f"generate_series(1, {size.responses}) n",
        {
            "response_no": "'A' || n",
            "survey_id": str(survey.pk),
            "customer_id": f"{_CUSTOMER} + n % {size.customers}",
            "respondent_role": "CASE WHEN n % 2 = 0 THEN 'decider' ELSE 'user' END",
            "answered_at": f"timestamptz '{size.until} 10:00+08' - n % 300 * interval '1 day'",
        },
    )
    for question, points in (("csat5", 5), ("nps", 10)):
        _fill(
            Answer,
            "(SELECT *, substr(response_no, 2)::bigint AS n FROM surveys_response) r",
            {
                "response_id": "id",
                "customer_id": "customer_id",
                "question": f"'{question}'",
                "value": f"ceil({points} * sqrt({_chance('n', points)}))::int",
            },
        )
