"""The customer list as a table to take away."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.context import acting
from core.models import Version
from core.tables import fields
from core.tables.schema import Column
from customers.models import Customer
from organization.models import User
from workspace.listing import lines

COLUMNS = (
    Column("code", _("code"), fields.code()),
    Column("name", _("name"), fields.text(200)),
    Column("status", _("status"), fields.text()),
    Column("tier", _("tier"), fields.text()),
    Column("abc_class", _("ABC class"), fields.text()),
    Column("org_unit", _("unit"), fields.code()),
    Column("account_manager", _("account manager"), fields.code()),
    Column("revenue_12m", _("revenue, 12 months"), fields.money()),
    Column("revenue_growth", _("growth"), fields.rate()),
    Column("overdue", _("overdue"), fields.money()),
    Column("last_accepted_on", _("last shipment"), fields.date()),
    Column("currency", _("currency"), fields.currency()),
    Column("as_of", _("as of"), fields.date()),
)
_AT_ONCE = 500


def rows_of(
    user: User, customers: QuerySet[Customer], version: Version | None
) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of COLUMNS, sorted by code.

    They are read while the answer is sent, after the request's transaction has ended: so in a
    transaction of their own, limited to the same person.
    """
    with acting(user_id=user.pk, actor=user.get_username()):
        batch = []
        for customer in customers.order_by("code").iterator(chunk_size=_AT_ONCE):
            batch.append(customer)
            if len(batch) == _AT_ONCE:
                yield from _cells(batch, version)
                batch = []
        yield from _cells(batch, version)


def _cells(batch: list[Any], version: Version | None) -> Iterator[tuple[Any, ...]]:
    as_of = version.business_date if version else None
    for line in lines(batch, version):
        customer = line.customer
        manager = customer.account_manager
        yield (
            customer.code, customer.name, customer.status, customer.tier or None,
            customer.abc_class or None, customer.org_unit.code,
            manager.username if manager else None, line.revenue, line.growth,
            _in_company_currency(line.overdue), line.last_shipment,
            settings.COMPANY_CURRENCY if version else None, as_of,
        )  # fmt: skip


def _in_company_currency(amounts: list[tuple[Any, str]]) -> Any:
    return next((a for a, currency in amounts if currency == settings.COMPANY_CURRENCY), None)
