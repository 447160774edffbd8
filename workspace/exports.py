"""Every KIND that can be exported (01 §4)."""

from core.tables.write import Exporter
from customers.exports import ACCOUNTS, CONTACTS, CUSTOMERS
from organization.exports import ORG_UNITS, USERS
from segmentation.exports import INDICATORS, TIERS
from surveys.exports import SURVEY_RESPONSES, SURVEY_SCORES

EXPORTS: dict[str, Exporter] = {
    "org_units": ORG_UNITS,
    "users": USERS,
    "customers": CUSTOMERS,
    "contacts": CONTACTS,
    "accounts": ACCOUNTS,
    "survey_responses": SURVEY_RESPONSES,
    "indicators": INDICATORS,
    "tiers": TIERS,
    "survey_scores": SURVEY_SCORES,
}
