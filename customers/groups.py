"""The fields of a file in the groups in which people read, edit and confirm them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Group:
    """Fields in the order of the page; `heading` are edited here and stand in the page's header."""

    label: Any
    fields: tuple[str, ...]
    heading: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()  # shown here, changed elsewhere

    @property
    def edited(self) -> tuple[str, ...]:
        """What the group's form holds."""
        return (*self.heading, *self.fields)

    @property
    def shown(self) -> tuple[str, ...]:
        """What its card shows."""
        return (*self.fields, *self.decided)


GROUPS: dict[str, Group] = {  # by the sections of rules.completeness
    "identity": Group(
        _("Company"),
        (
            "short_name", "former_names", "uscc", "parent", "party_role", "ownership",
            "legal_representative", "founded_on", "registered_capital", "website",
            "status_reason", "status_on",
        ),
        heading=("name", "status"),
    ),
    "place": Group(
        _("Place"),
        (
            "province", "city", "district", "address", "industrial_park", "phone", "email",
            "culture_notes",
        ),
    ),
    "business": Group(
        pgettext_lazy("group of facts", "Business"),
        (
            "industry", "scale", "main_business", "business_scope", "introduction", "employees",
            "annual_output", "market_share", "industry_position", "operation_mode",
            "management_ideas", "purchasing_policy", "sales_area", "sales_strength",
            "competitiveness", "market_outlook", "development_plan", "core_systems",
        ),
    ),
    "logistics": Group(
        pgettext_lazy("group of facts", "Logistics"),
        (
            "goods", "packaging", "handling", "main_stations", "transport_modes",
            "transport_cycle", "stock_level", "seasonality", "private_siding", "siding_station",
            "siding_capacity", "planned_annual_revenue", "planned_annual_volume",
            "planned_growth",
        ),
    ),
    "relation": Group(
        _("Relation with us"),
        (
            "customer_since", "source", "services_used", "depth", "chain_place",
            "logistics_spend", "logistics_spend_source", "logistics_spend_on", "brand_value",
            "tags", "attention", "special_operations", "warnings", "notes",
        ),
        decided=("credit_limit", "deposit"),
    ),
}  # fmt: skip
ASSIGNMENT = ("org_unit", "account_manager")
EVERYTHING = (*(name for group in GROUPS.values() for name in group.edited), *ASSIGNMENT)
