"""Every KIND that can be exported (01 §4)."""

from core.tables.write import Exporter
from customers.exports import ACCOUNTS, CONTACTS, CUSTOMERS
from organization.exports import ORG_UNITS, USERS

EXPORTS: dict[str, Exporter] = {
    "org_units": ORG_UNITS,
    "users": USERS,
    "customers": CUSTOMERS,
    "contacts": CONTACTS,
    "accounts": ACCOUNTS,
}
