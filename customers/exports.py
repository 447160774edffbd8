"""Customers, contacts and account numbers as tables go out: the import takes them back unchanged.

Files that were merged into another are not exported: their codes mean the surviving file.
"""

from core.tables.schema import Schema
from core.tables.write import Exporter, ExportRequest, Rows
from customers import columns
from customers.models import Account, Contact, Customer

_PATHS = {
    "customer_code": "customer__code",
    "parent": "parent__code",
    "org_unit": "org_unit__code",
    "account_manager": "account_manager__username",
    "reports_to": "reports_to__name",
}


def customer_rows(request: ExportRequest) -> Rows:
    """The customers the user may see, by code."""
    customers = Customer.objects.unmerged()
    if request.user:
        customers = customers.visible_to(request.user)
    return customers.order_by("code").values_list(*_paths(columns.CUSTOMERS)).iterator()


def contact_rows(request: ExportRequest) -> Rows:
    """The contacts of customers the user may see, by customer and name."""
    contacts = Contact.objects.known().filter(customer__merged_into=None)
    if request.user:
        contacts = contacts.visible_to(request.user)
    return (
        contacts.order_by("customer__code", "name")
        .values_list(*_paths(columns.CONTACTS))
        .iterator()
    )


def account_rows(request: ExportRequest) -> Rows:
    """The account numbers of customers the user may see, by number."""
    accounts = Account.objects.filter(customer__merged_into=None)
    if request.user:
        accounts = accounts.visible_to(request.user)
    return accounts.order_by("account_no").values_list(*_paths(columns.ACCOUNTS)).iterator()


def _paths(schema: Schema) -> list[str]:
    return [_PATHS.get(column.name, column.name) for column in schema.columns]


CUSTOMERS = Exporter(columns.CUSTOMERS.columns, customer_rows)
CONTACTS = Exporter(columns.CONTACTS.columns, contact_rows)
ACCOUNTS = Exporter(columns.ACCOUNTS.columns, account_rows)
