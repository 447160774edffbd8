"""Takes the demonstration away: what it made, what hangs on that, and nothing else.

Runs as crm_owner, who alone may delete from the ledger and from the history.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection
from django.db.models import Field, Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import BankLine
from core.context import acting
from core.errors import RefusedError
from core.models import JobRun, JobStep, Version, VersionedTable
from customers.models import Customer, Handover
from organization.models import (
    Approval,
    Department,
    Deputy,
    OrgUnit,
    SecurityEvent,
    Session,
    SignInTry,
    User,
)
from segmentation.models import RfmCuts, ValueModel
from shipments.models import Waybill
from surveys.models import Survey
from workspace.demo.loading import loaded
from workspace.demo.writing import ACTOR
from workspace.models import Demonstration

Ids = list[int]
Reference = tuple[type[Model], str]  # a model and its column


def remove(say: Callable[[str], None]) -> None:
    """Delete all of the demonstration; RefusedError when there is none, or yours needs it."""
    with acting(actor=ACTOR):
        demo = loaded()
        if demo is None:
            raise RefusedError(_("There is no demonstration to remove."))
        _refuse_what_is_yours(demo)
        arranged = _arranged(demo)
        _switch_triggers("DISABLE")
        try:
            _delete_all(demo, say)
            _forget_history(demo, arranged)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            message = _("Something of your own still needs it: %(what)s")
            raise RefusedError(message % {"what": error}) from error
        _switch_triggers("ENABLE")
        Demonstration.objects.filter(pk=demo.pk).update(
            **{f"{kind}_ids": [] for kind in ("unit", "user", "customer", "survey")},
            removed_at=timezone.now(),
        )


def _refuse_what_is_yours(demo: Demonstration) -> None:
    """Customers, people and units of one's own that stand in the demonstration's."""
    customers, units = demo.customer_ids, demo.unit_ids
    place = Q(org_unit__in=units) | Q(parent__in=customers) | Q(merged_into__in=customers)
    sent = Q(shipper__in=customers) | Q(consignee__in=customers)
    yours: dict[object, bool] = {
        _("customers"): Customer.objects.exclude(pk__in=customers).filter(place).exists(),
        _("people"): User.objects.exclude(pk__in=demo.user_ids).filter(org_unit__in=units).exists(),
        _("units"): OrgUnit.objects.exclude(pk__in=units).filter(parent__in=units).exists(),
        _("waybills"): Waybill.objects.exclude(customer__in=customers).filter(sent).exists(),
    }
    if kinds := [str(kind) for kind, found in yours.items() if found]:
        message = _("Some %(kinds)s of your own belong to the demonstration: move them first.")
        raise RefusedError(message % {"kinds": _(", ").join(kinds)})


def _delete_all(demo: Demonstration, say: Callable[[str], None]) -> None:
    say(_("Waybills, money, notes and answers ..."))
    _run(
        "DELETE FROM shipments_waybillkey k USING shipments_waybill w"
        " WHERE w.waybill_no = k.waybill_no AND w.customer_id = ANY (%s)",
        demo.customer_ids,
    )
    for model, column in _in_order(_pointing_at(Customer)):
        if model is not Customer:
            _delete(model, column, demo.customer_ids)
    for model, column in _pointing_at(Survey):
        _delete(model, column, demo.survey_ids)
    _delete(Survey, "id", demo.survey_ids)
    say(_("Customers, people and units ..."))
    for table in ("customers_searchkey", "shipments_pairmonth"):  # no model has them
        _run(f"DELETE FROM {table} WHERE customer_id = ANY (%s)", demo.customer_ids)  # noqa: S608  # names above
    _delete(Customer, "id", demo.customer_ids)
    for kept_about_people in (Session, SignInTry, SecurityEvent):
        _delete(kept_about_people, "user_id", demo.user_ids)
    for model, column in _pointing_at(User):
        _let_go(model, column, demo.user_ids)
    _delete(Department, "unit_id", demo.unit_ids)
    _delete(User, "id", demo.user_ids)
    _delete(OrgUnit, "id", demo.unit_ids)
    if not Customer.objects.exists():
        _forget_nights()


def _pointing_at(target: type[Model]) -> Iterator[Reference]:
    """Every model and column that refers to the target."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.remote_field and field.remote_field.model is target:
                yield model, str(field.column)


def _in_order(references: Iterable[Reference]) -> Iterator[Reference]:
    """Rows that refer to others go before them."""
    columns: dict[type[Model], list[str]] = defaultdict(list)
    for model, column in references:
        columns[model].append(column)
    order: TopologicalSorter[type[Model]] = TopologicalSorter()
    for model in columns:
        referring = {each for each, _column in _pointing_at(model)} - {model}
        order.add(model, *(referring & columns.keys()))
    for model in order.static_order():
        yield from ((model, column) for column in columns[model])


def _let_go(model: type[Model], column: str, ids: Ids) -> None:
    """Rows that cannot do without the person go; the others stay without them."""
    field: Field[Any, Any] = next(f for f in model._meta.concrete_fields if f.column == column)
    if not field.null:
        _delete(model, column, ids)
        return
    table = model._meta.db_table
    _run(f"UPDATE {table} SET {column} = NULL WHERE {column} = ANY (%s)", ids)  # noqa: S608  # names come from the models


def _delete(model: type[Model], column: str, ids: Ids) -> None:
    _run(f"DELETE FROM {model._meta.db_table} WHERE {column} = ANY (%s)", ids)  # noqa: S608  # names come from the models


def _run(statement: str, *values: str | int | Ids | list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def _switch_triggers(how: str) -> None:
    """The guards of the ledger and the history's own record of the deletion; not foreign keys."""
    models = {model for target in (Customer, User, Survey) for model, _c in _pointing_at(target)}
    models |= {Customer, User, OrgUnit, Survey, Department}
    versioned = set(VersionedTable.objects.values_list("name", flat=True))
    for table in sorted({model._meta.db_table for model in models} - versioned):
        _run(f"ALTER TABLE {table} {how} TRIGGER USER")


def _arranged(demo: Demonstration) -> dict[type[Model], Ids]:
    """What its people arranged that is of no single customer."""
    handovers = Handover.objects.filter(created_by__in=demo.user_ids)
    deputies = Deputy.objects.filter(user__in=demo.user_ids)
    departments = Department.objects.filter(unit__in=demo.unit_ids)
    approvals = Approval.objects.filter(asked_by__in=demo.user_ids)
    bank_lines = BankLine.objects.filter(unit__in=demo.unit_ids)
    return {
        Approval: list(approvals.values_list("pk", flat=True)),
        BankLine: list(bank_lines.values_list("pk", flat=True)),
        Department: list(departments.values_list("pk", flat=True)),
        Handover: list(handovers.values_list("pk", flat=True)),
        Deputy: list(deputies.values_list("pk", flat=True)),
    }


def _forget_history(demo: Demonstration, arranged: dict[type[Model], Ids]) -> None:
    """The history of what is gone; its owner is a role of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        cursor.execute("SET LOCAL ROLE crm_history")
        cursor.execute("DELETE FROM core_history WHERE customer_id = ANY (%s)", [demo.customer_ids])
        gone: dict[type[Model], Ids] = {User: demo.user_ids, OrgUnit: demo.unit_ids, **arranged}
        for model, ids in gone.items():
            _forget_rows(model, ids)
        _forget_rows(Survey, demo.survey_ids)
        cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(owner)}")


def _forget_rows(model: type[Model], ids: Ids) -> None:
    _run(
        "DELETE FROM core_history WHERE table_name = %s AND row_id = ANY (%s::text[])",
        model._meta.db_table,
        list(map(str, ids)),
    )


def _forget_nights() -> None:
    """Results of nights without customers say nothing."""
    for version in Version.objects.values_list("pk", flat=True):
        for table in VersionedTable.objects.values_list("name", flat=True):
            _run("SELECT core_drop_partition(%s, %s)", table, version)
    JobStep.objects.filter(run__job="nightly").delete()
    JobRun.objects.filter(job="nightly").delete()
    Version.objects.all().delete()
    ValueModel.objects.all().delete()
    RfmCuts.objects.all().delete()
