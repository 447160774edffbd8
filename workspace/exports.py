"""Every KIND that can be exported (01 §4)."""

from contracts.exports import AGEING, CONTRACTS, CREDIT, PLAN_LINES, RECEIPTS
from core.tables.write import Exporter
from customers.exports import ACCOUNTS, CONTACTS, CUSTOMERS
from engagement.exports import ALERTS, NOTES
from organization.exports import ORG_UNITS, USERS
from segmentation.exports import CHURN, INDICATORS, TIERS
from shipments.exports import WAYBILLS
from surveys.exports import SURVEY_RESPONSES, SURVEY_SCORES

EXPORTS: dict[str, Exporter] = {
    "org_units": ORG_UNITS,
    "users": USERS,
    "customers": CUSTOMERS,
    "contacts": CONTACTS,
    "accounts": ACCOUNTS,
    "contracts": CONTRACTS,
    "plan_lines": PLAN_LINES,
    "receipts": RECEIPTS,
    "waybills": WAYBILLS,
    "notes": NOTES,
    "survey_responses": SURVEY_RESPONSES,
    "ageing": AGEING,
    "credit": CREDIT,
    "alerts": ALERTS,
    "indicators": INDICATORS,
    "tiers": TIERS,
    "churn": CHURN,
    "survey_scores": SURVEY_SCORES,
}
