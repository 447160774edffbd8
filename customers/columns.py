"""The columns of the customer file's tables (01 §2); labels are the names of the fields."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

from core.tables import fields
from core.tables.fields import FieldType
from core.tables.schema import Column, Schema
from customers.models import Account, Contact, Customer
from organization.imports import username

_TAGS = replace(fields.tags(), write=";".join)
_SHARE = fields.number(6, 9, minimum=0, maximum=1)
_MONEY = fields.money(minimum=0)


def _columns_of(model: type[Model]) -> Callable[..., Column]:
    """A maker of columns that are labelled as the model's fields are."""

    def column(name: str, kind: FieldType, **options: Any) -> Column:
        field = model._meta.get_field(name)
        assert isinstance(field, Field)  # noqa: S101  # for the type checker
        return Column(name, field.verbose_name, kind, **options)

    return column


_of_customer = _columns_of(Customer)
_of_contact = _columns_of(Contact)
_of_account = _columns_of(Account)
_CUSTOMER_CODE = Column("customer_code", _("Customer code"), fields.code(), required=True)

CUSTOMERS = Schema(
    "customers",
    (
        Column("code", _("Customer code"), fields.code(), required=True),
        Column("name", _("Customer name"), fields.text(200), required=True),
        _of_customer("short_name", fields.text()),
        _of_customer("uscc", fields.code()),
        _of_customer("parent", fields.code()),
        _of_customer("credit_limit", _MONEY),
        _of_customer("deposit", _MONEY),
        _of_customer("party_role", fields.choice(Customer.PartyRole, empty="both")),
        _of_customer("status", fields.choice(Customer.Status, empty="active")),
        _of_customer("org_unit", fields.code(), required=True),
        _of_customer("account_manager", username()),
        _of_customer("industry", fields.text()),
        _of_customer("ownership", fields.text()),
        _of_customer("legal_representative", fields.text()),
        _of_customer("founded_on", fields.date()),
        _of_customer("employees", fields.integer()),
        _of_customer("registered_capital", _MONEY),
        _of_customer("province", fields.text()),
        _of_customer("city", fields.text()),
        _of_customer("district", fields.text()),
        _of_customer("address", fields.text(500)),
        _of_customer("phone", fields.text()),
        _of_customer("email", fields.text(200)),
        _of_customer("website", fields.text(200)),
        _of_customer("main_business", fields.long_text()),
        _of_customer("annual_output", _MONEY),
        _of_customer("market_share", _SHARE),
        _of_customer("main_stations", fields.long_text()),
        _of_customer("transport_modes", fields.long_text()),
        _of_customer("private_siding", fields.boolean(empty=None)),
        _of_customer("planned_annual_revenue", _MONEY),
        _of_customer("planned_annual_volume", fields.number(3, 18, minimum=0)),
        _of_customer("planned_growth", fields.number(6, 9)),
        _of_customer("stock_level", fields.long_text()),
        _of_customer("transport_cycle", fields.long_text()),
        _of_customer("culture_notes", fields.long_text()),
        _of_customer("customer_since", fields.date()),
        _of_customer("source", fields.text()),
        _of_customer("tags", _TAGS),
        _of_customer("attention", fields.long_text()),
        _of_customer("notes", fields.long_text()),
    ),
    key=("code",),
)

CONTACTS = Schema(
    "contacts",
    (
        _CUSTOMER_CODE,
        Column("name", _("Contact name"), fields.text(), required=True),
        _of_contact("title", fields.text()),
        _of_contact("department", fields.text()),
        _of_contact("chain_role", fields.choice(Contact.ChainRole)),
        _of_contact("influence", fields.integer(1, 5)),
        _of_contact("attitude", fields.integer(-2, 2)),
        _of_contact("mobile", fields.text()),
        _of_contact("phone", fields.text()),
        _of_contact("email", fields.text(200)),
        _of_contact("wechat", fields.text()),
        _of_contact("is_primary", fields.boolean()),
        _of_contact("reports_to", fields.text()),
    ),
    key=("customer_code", "name"),
)

ACCOUNTS = Schema(
    "accounts",
    (
        _of_account("account_no", fields.code(), required=True),
        _CUSTOMER_CODE,
        _of_account("site", fields.text(200)),
    ),
    key=("account_no",),
)
