"""Rows of any model that hangs on a customer, made from what the model says of its fields."""

import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from customers.models import Contact, Customer
from organization.models import OrgUnit, User

DAY = dt.date(2026, 3, 2)
_unique = itertools.count(1)
MODELS = {model._meta.db_table: model for model in apps.get_models()}


def make_row(table: str, customer: Customer, number: int) -> models.Model:
    """A row of the customer; `number` tells rows apart, also from those of other customers."""
    model = MODELS[table]
    row = model(**{
        field.name: _value(field, customer, number)
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.generated or _may_be_left_out(field))
    })  # fmt: skip
    _make_sound(row)
    row.save()
    return row


def _may_be_left_out(field: models.Field) -> bool:
    return field.null or field.has_default() or field.db_default is not models.NOT_PROVIDED


def _value(field: models.Field, customer: Customer, number: int) -> Any:
    if field.is_relation:
        return _related(field.related_model, customer, number)
    if field.choices:
        return field.choices[number % len(field.choices)][0]
    if field.unique:
        number = next(_unique)
    for kind, make in _PLAIN:
        if isinstance(field, kind):
            return make(number)
    return f"{field.name[:8]}-{number}"[: field.max_length or 50]


_PLAIN: list[tuple[type[models.Field], Callable[[int], Any]]] = [
    (models.DateTimeField, lambda _number: timezone.now()),
    (models.DateField, lambda number: DAY + dt.timedelta(days=number)),
    (models.DecimalField, lambda _number: Decimal(100)),
    (models.IntegerField, lambda number: number + 1),
    (models.BooleanField, lambda _number: False),
    (models.JSONField, lambda _number: {}),
]


def _related(model: type[models.Model], customer: Customer, number: int) -> models.Model:
    if model is Customer:
        return customer
    if model is User:
        return User.objects.order_by("pk")[number]
    if model is OrgUnit:
        return customer.org_unit
    own = {"customer": customer} if model is Contact or _hangs(model) else {}
    found = model._default_manager.filter(**own).order_by("pk").first()
    return found or make_row(model._meta.db_table, customer, number)


def _hangs(model: type[models.Model]) -> bool:
    return any(field.name == "customer" for field in model._meta.concrete_fields)


def _make_sound(row: models.Model) -> None:
    """What constraints ask for besides single fields."""
    if hasattr(row, "currency"):
        row.currency = "CNY"
    for name, value in _SOUND.get(row._meta.label, {}).items():
        setattr(row, name, value(row) if callable(value) else value)


def _somebody_but(person: User) -> User:
    return User.objects.exclude(pk=person.pk).earliest("pk")


_SOUND: dict[str, dict[str, Any]] = {
    "engagement.Alert": {"status": "open", "closing_reason": ""},
    "contracts.PlanLine": {"state": "open"},
    "contracts.CreditHold": {"lift_reason": ""},
    "contracts.CreditRelease": {"approved_by": lambda row: _somebody_but(row.asked_by)},
    "contracts.Invoice": {
        "state": "requested",
        "tax_rate": Decimal("0.06"),
        "net": Decimal(94),
        "tax": Decimal(6),
        "confirmation": "",
        "red_reason": "",
        "invoice_no": "",
    },
    "segmentation.KeyAccount": {"end_reason": ""},
    "customers.PolicyDeviation": {"point": "visit_days", "value": "30"},
    "customers.Statement": {"year": lambda row: 2020 + row.year},
    "customers.CreditReview": {"next_on": lambda row: row.reviewed_on + dt.timedelta(days=30)},
}
