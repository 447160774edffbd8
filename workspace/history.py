"""The history of a customer as people read it: translated fields, names, masked classes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import (
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Field,
    Model,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contracts.models import CreditHold, CreditRelease
from contracts.services.links import ACTOR
from core.fields import MASK, FieldClass
from core.formats import money_full
from core.models import History
from core.rules import RATE_PLACES, percent
from customers.codes import files_of
from customers.models import OF_CREDIT, Attachment, Contact, Customer
from engagement.models import Note
from organization.models import User
from organization.permissions import Action, can, may_read
from surveys.messages import question_label
from surveys.models import Answer
from workspace.words import day_text

SHOWN = 100
MONEY_PLACES = 2
WIDE = 12  # digits of a quantity; shares have fewer
_HIDDEN = {"id", "customer_id", "evidence_id"}  # they say nothing on the customer's own page


@dataclass(frozen=True, slots=True)
class Change:
    """One field's old and new value."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to one row at one moment, and who did it."""

    at: datetime
    actor: str
    what: str
    operation: str
    operation_label: str
    changes: list[Change]


def history(user: User, customer: Customer) -> list[Entry]:
    """The latest SHOWN changes of the customer and of what hangs on it, latest first."""
    return entries(user, customer, list(_records(user, customer)[:SHOWN]))


def latest_edits(user: User, customer: Customer, limit: int) -> list[Entry]:
    """The latest changes without what a load only added, and without notes."""
    records = _records(user, customer).exclude(operation=History.Operation.INSERT, actor_id=None)
    records = records.exclude(table_name=Note._meta.db_table)
    return entries(user, customer, list(records[:limit]))


def _records(user: User, customer: Customer) -> QuerySet[History]:
    """The customer's changes, latest first; those of its credit for who sees the credit."""
    records = History.objects.filter(customer_id__in=files_of(customer)).order_by("-at", "-id")
    if can(user, Action.VIEW_CREDIT):
        return records
    hidden = (Attachment, CreditHold, CreditRelease, *OF_CREDIT)
    return records.exclude(table_name__in=[model._meta.db_table for model in hidden])


def entries(user: User, customer: Customer, records: list[History]) -> list[Entry]:
    """These changes as the person may read them, in the same order."""
    models = {model._meta.db_table: model for model in apps.get_models()}
    reader = _Reader(user, customer, _related(records, models, user))
    return [reader.entry(record, models.get(record.table_name)) for record in records]


def _fields(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {str(field.column): field for field in model._meta.concrete_fields}


def _related(
    records: Iterable[History], models: dict[str, type[Model]], user: User
) -> dict[type[Model], dict[Any, str]]:
    """Names of the objects that changed references point to; one query for all of them."""
    wanted: dict[type[Model], set[Any]] = {}
    for record in records:
        model = models.get(record.table_name)
        for column, values in record.changes.items():
            field = _fields(model).get(column) if model else None
            if field is not None and field.is_relation and column not in _HIDDEN:
                ids = {value for value in values if isinstance(value, int)}
                wanted.setdefault(_target(field), set()).update(ids)
    return _names({model: ids for model, ids in wanted.items() if ids}, user)


def _target(field: Field[Any, Any]) -> type[Model]:
    """The model a reference points to."""
    if field.related_model is None or isinstance(field.related_model, str):
        raise TypeError(field.name)
    return field.related_model


def _names(wanted: dict[type[Model], set[Any]], user: User) -> dict[type[Model], dict[Any, str]]:
    """What objects are called, by model and id; rows of different models come as JSON."""
    if not wanted:
        return {}
    models = {model._meta.label: model for model in wanted}
    first, *others = (_rows(model, ids, user) for model, ids in wanted.items())
    found = first.union(*others, all=True) if others else first
    names: dict[type[Model], dict[Any, str]] = {}
    for label, pk, row in found:
        names.setdefault(models[label], {})[pk] = str(_revived(models[label], row))
    return names


def _rows(model: type[Model], ids: set[Any], user: User) -> QuerySet[Any, Any]:
    rows = model._default_manager.filter(pk__in=ids)
    if hasattr(model, "field_classes"):  # it hangs on a customer: only what the reader may see
        rows = rows.visible_to(user)  # type: ignore[attr-defined]  # every model that hangs on a customer has it
    names = {field.attname: F(field.attname) for field in _told_by(model)}
    return rows.order_by().values_list(
        Value(model._meta.label, output_field=TextField()), "pk", JSONObject(**names)
    )


def _told_by(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns a name may be made of."""
    return [field for field in model._meta.concrete_fields if field.name != "password"]


def _revived(model: type[Model], row: dict[str, Any]) -> Model:
    fields = _told_by(model)
    return model(**{field.attname: field.to_python(row[field.attname]) for field in fields})


class _Reader:
    """Turns recorded rows into entries for one reader."""

    def __init__(
        self, user: User, customer: Customer, names: dict[type[Model], dict[Any, str]]
    ) -> None:
        self._user, self._customer, self._names = user, customer, names

    def entry(self, record: History, model: type[Model] | None) -> Entry:
        """One row of the page; a table that is no more keeps its own name."""
        return Entry(
            at=record.at,
            actor=_actor(record),
            what=str(model._meta.verbose_name) if model else record.table_name,
            operation=record.operation,
            operation_label=str(History.Operation(record.operation).label),
            changes=self._changes(record, model) if model else [],
        )

    def _changes(self, record: History, model: type[Model]) -> list[Change]:
        fields = _fields(model)
        known = [
            (fields[column], values)
            for column, values in record.changes.items()
            if column in fields and column not in _HIDDEN
        ]
        order = {field: index for index, field in enumerate(fields.values())}
        known.sort(key=lambda change: order[change[0]])
        currency = _currency(record, model)
        return [
            Change(
                str(field.verbose_name),
                self._value(field, old, currency),
                self._value(field, new, currency),
            )
            for field, (old, new) in known
        ]

    def _value(self, field: Field[Any, Any], value: Any, currency: str) -> str:
        if value in (None, "", []):
            return ""
        classes = getattr(field.model, "field_classes", {})
        if not may_read(self._user, classes.get(field.name, FieldClass.RESTRICTED)):
            return MASK
        if field.is_relation:
            return self._reference(field, value)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, UUIDField):  # a number that says nothing
            return _("joined with another post")
        return _worded(field, value, currency)

    def _reference(self, field: Field[Any, Any], value: Any) -> str:
        target = _target(field)
        if target is Contact and not may_read(self._user, FieldClass.PERSONAL):
            return MASK
        return self._names.get(target, {}).get(value, f"#{value}")


def _actor(record: History) -> str:
    """Who did it: a user by name, a process of ours or a link in the reader's language."""
    is_person = record.actor_id is not None and record.actor != ACTOR
    return record.actor if is_person else actor_words(record.actor)


def actor_words(actor: str) -> str:
    """Somebody's user name as it is, a process of ours or a system in the reader's language."""
    process, _colon, rest = actor.partition(":")
    words = {
        "api": pgettext("who calls the API", "System"),
        "import": _("Import"),
        "nightly": _("Nightly computation"),
        ACTOR.rstrip(":"): _("Customer, by link"),
    }
    return f"{words[process]} {rest}".rstrip() if process in words else actor


def _currency(record: History, model: type[Model]) -> str:
    """Of the row's amounts: the company's where rows have none; "" where the record is silent."""
    if "currency" not in _fields(model):
        return settings.COMPANY_CURRENCY
    was, became = record.changes.get("currency", ("", ""))
    return became or was or ""


def _worded(field: Field[Any, Any], value: Any, currency: str) -> str:
    """A plain value as people write it: days, amounts, shares, questions, kinds of notes."""
    if isinstance(field, DateTimeField):
        return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    if isinstance(field, DateField):
        return day_text(date.fromisoformat(value))
    if isinstance(field, DecimalField):
        return _figure(field, Decimal(value), currency)
    if field.model is Answer and field.name == "question":
        return question_label(value)
    if field.model is Note and field.name == "kind":
        return Note(kind=value).kind_label
    return _plain(value)


def _figure(field: DecimalField[Any, Any], value: Decimal, currency: str) -> str:
    """Two decimals are money, six a share; what remains is a quantity."""
    if field.decimal_places == MONEY_PLACES:
        return money_full(value, currency) if currency else f"{value:,.2f}"
    if field.decimal_places == RATE_PLACES and (field.max_digits or 0) < WIDE:
        return f"{percent(value)}%"
    return f"{value.normalize():,f}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
