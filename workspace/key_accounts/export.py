"""The list of key accounts as a table to take away."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.context import acting
from core.keyset import read_page
from core.models import Version
from core.rules import shown_rate
from core.tables import fields
from core.tables.schema import Column
from customers.models import Customer
from organization.models import User
from segmentation.reports import key_accounts as reports

COLUMNS = (
    Column("code", _("code"), fields.code()),
    Column("name", _("name"), fields.text(200)),
    Column("size", _("size"), fields.choice(Customer.Tier)),
    Column("abc_class", _("ABC class"), fields.choice(Customer.AbcClass)),
    Column("kinds", _("key-account kinds"), fields.text()),
    Column("revenue_12m", _("revenue, 12 months"), fields.money()),
    Column("margin_12m", _("margin, 12 months"), fields.money()),
    Column("contribution", _("share of the company"), fields.rate()),
    Column("loyalty", _("loyalty"), fields.money()),
    Column("named_on", _("named on"), fields.date()),
    Column("until", _("until"), fields.date()),
    Column("named_by", _("named by"), fields.code()),
    Column("asked_by", _("asked by"), fields.code()),
    Column("reason", _("reason"), fields.long_text()),
    Column("org_unit", _("unit"), fields.code()),
    Column("account_manager", _("account manager"), fields.code()),
    Column("currency", _("currency"), fields.currency()),
    Column("as_of", _("as of"), fields.date()),
)
_AT_ONCE = 500


def rows_of(
    user: User, customers: QuerySet[Customer], version: Version | None
) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of COLUMNS, the greatest contribution first.

    They are read while the answer is sent, after the request's transaction has ended: so in a
    transaction of their own, limited to the same person.
    """
    found, order = reports.with_worth(customers, version), reports.order_for(user)
    today, after = timezone.localdate(), ""
    with acting(user_id=user.pk, actor=user.get_username()):
        while True:
            page = read_page(found, order, after, _AT_ONCE)
            for row in reports.as_candidates(user, page.rows, version, today):
                yield _cells(row, version)
            after = page.next
            if not after:
                return


def _cells(row: reports.Candidate, version: Version | None) -> tuple[Any, ...]:
    customer, named, asked = row.customer, row.named, row.asked
    manager, request = customer.account_manager, named or asked
    return (
        *(customer.code, customer.name, customer.size or None, customer.abc_class or None),
        *(" ".join(row.kinds) or None, row.revenue, row.margin, shown_rate(row.share)),
        row.loyalty,
        *((named.starts_on, named.ends_on, named.decided_by.username) if named else (None,) * 3),
        *((request.asked_by.username, request.reason) if request else (None, None)),
        *(customer.org_unit.code, manager.username if manager else None),
        *((settings.COMPANY_CURRENCY, version.business_date) if version else (None, None)),
    )
