"""Indicators and tiers out, as published for a date."""

import json
from dataclasses import fields as parts_of
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.models import Version
from core.rules import rate
from core.tables import fields
from core.tables.schema import Column
from core.tables.write import Exporter, ExportRequest, Rows
from core.versions import published_version
from customers.models import Customer
from segmentation.models import Classification, CustomerValue, Figures, Rhythm
from segmentation.reports import Mover
from segmentation.rules.indicators import Indicators

_CHUNK = 2000
_INDICATORS = [part.name for part in parts_of(Indicators)]


def indicator_rows(request: ExportRequest) -> Rows:
    """One row for every customer that was not merged that night; sorted by code."""
    figures = Figures.objects.filter(version=published_version(request.as_of))
    if request.user is not None:
        figures = figures.visible_to(request.user)
    rows = figures.order_by("customer__code").values_list("customer__code", *_INDICATORS)
    return (_indicators(*row) for row in rows.iterator(chunk_size=_CHUNK))


def tier_rows(request: ExportRequest) -> Rows:
    """One row for every customer that was not merged that night; sorted by code."""
    version = published_version(request.as_of)
    classes = Classification.objects.filter(version=version)
    if request.user is not None:
        classes = classes.visible_to(request.user)
    rows = classes.order_by("customer__code").values_list(
        "customer__code",
        "tier",
        "size",
        "abc_class",
        "abc_class_by_count",
        "value",
        "value_above",
        "value_total",
        "current_score",
        "potential_score",
        "value_grade",
        "key_account_kind",
        "reasons",
    )
    return (_tier(version, *row) for row in rows.iterator(chunk_size=_CHUNK))


def _indicators(code: str, *parts: Any) -> tuple[Any, ...]:
    found = Indicators(*parts)
    return (
        code,
        found.shipments_12m,
        found.revenue_12m,
        found.cost_12m,
        found.margin_12m,
        found.revenue_prev_12m,
        found.revenue_growth,
        found.on_time_rate,
        found.exception_rate,
        found.last_accepted_on,
        found.collection_rate,
        found.mean_days_late,
    )


def _tier(version: Version, code: str, *parts: Any) -> tuple[Any, ...]:
    (
        tier,
        size,
        abc_class,
        by_count,
        value,
        above,
        total,
        current,
        potential,
        grade,
        kind,
        reasons,
    ) = parts
    share = None if value is None else rate(max(value, Decimal(0)), total)
    scores = (current, potential, grade or None, kind or None)
    written = _written(reasons)
    return (
        *(code, tier, size, abc_class, by_count or None, value, share, rate(above, total)),
        *(*scores, version.rule_version, version.business_date, written),
    )


def churn_rows(request: ExportRequest) -> Rows:
    """One row for every customer that ever shipped, as of that night; sorted by code."""
    values = CustomerValue.objects.filter(version=published_version(request.as_of))
    if request.user is not None:
        values = values.visible_to(request.user)
    rows = values.order_by("customer__code").values_list(
        *("customer__code", "model", "p_alive", "expected_shipments_12m", "clv_12m"),
        *("risk_band", "reasons"),
    )
    return (
        (code, model or None, *parts, _written(reasons))
        for code, model, *parts, reasons in rows.iterator(chunk_size=_CHUNK)
    )


def _written(reasons: object) -> str:
    return json.dumps(reasons, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


INDICATORS = Exporter(
    (
        Column("customer_code", _("Customer code"), fields.code()),
        Column("shipments_12m", _("Shipments, 12 months"), fields.integer()),
        Column("revenue_12m", _("Revenue, 12 months"), fields.money()),
        Column("cost_12m", _("Cost, 12 months"), fields.money()),
        Column("margin_12m", _("Margin, 12 months"), fields.money()),
        Column("revenue_prev_12m", _("Revenue, 12 months before"), fields.money()),
        Column("revenue_growth", _("Revenue growth"), fields.rate()),
        Column("on_time_rate", _("On-time rate"), fields.rate()),
        Column("exception_rate", _("Exception rate"), fields.rate()),
        Column("last_accepted_on", _("Last shipment"), fields.date()),
        Column("collection_rate", _("Due collection rate"), fields.rate()),
        Column("mean_days_late", _("Mean days late"), fields.rate()),
    ),
    indicator_rows,
)
TIERS = Exporter(
    (
        Column("customer_code", _("Customer code"), fields.code()),
        Column("tier", _("Tier"), fields.choice(Customer.Tier)),
        Column("size", _("Size"), fields.choice(Customer.Tier)),
        Column("abc_class", _("ABC class"), fields.choice(Customer.AbcClass)),
        Column(
            "abc_class_by_count", _("ABC class by head count"), fields.choice(Customer.AbcClass)
        ),
        Column("value", _("Value"), fields.money()),
        Column("value_share", _("Share of value"), fields.rate()),
        Column("cumulative_share", _("Share held above"), fields.rate()),
        Column("current_value_score", _("Current value score"), fields.money()),
        Column("potential_value_score", _("Potential value score"), fields.money()),
        Column("value_grade", _("Value grade"), fields.choice(Customer.ValueGrade)),
        Column("key_account_kind", _("Key-account kind"), fields.choice(Customer.KeyAccountKind)),
        Column("rule_version", _("Rule version"), fields.integer()),
        Column("as_of", _("As of"), fields.date()),
        Column("reasons", _("Reasons"), fields.long_text()),
    ),
    tier_rows,
)
CHURN = Exporter(
    (
        Column("customer_code", _("Customer code"), fields.code()),
        Column("model", _("Model"), fields.choice(CustomerValue.Model)),
        Column("p_alive", _("Probability to be a customer still"), fields.rate()),
        Column("expected_shipments_12m", _("Shipments to come, 12 months"), fields.number(2)),
        Column("clv_12m", _("Value to come, 12 months"), fields.money()),
        Column("risk_band", _("Rhythm"), fields.choice(Rhythm.State)),
        Column("reasons", _("Reasons"), fields.long_text()),
    ),
    churn_rows,
)


MOVES = (
    Column("customer_code", _("Customer code"), fields.code()),
    Column("name", _("Name"), fields.text(200)),
    Column("tier_before", _("Tier before"), fields.choice(Customer.Tier)),
    Column("tier", _("Tier"), fields.choice(Customer.Tier)),
    Column("revenue_12m", _("Revenue, 12 months"), fields.money()),
    Column("reason", _("Reason"), fields.long_text()),
    Column("org_unit", _("Unit"), fields.code()),
    Column("account_manager", _("Account manager"), fields.code()),
    Column("since", _("Since"), fields.date()),
    Column("as_of", _("As of"), fields.date()),
)


SIMULATED = tuple(column for column in MOVES if column.name not in {"since", "as_of"})


def simulated_cells(mover: Mover) -> tuple[Any, ...]:
    """One mover of a simulation in the order of SIMULATED."""
    customer, manager = mover.customer, mover.customer.account_manager
    return (
        *(customer.code, customer.name, mover.before, mover.tier, mover.revenue, mover.reason),
        *(customer.org_unit.code, manager.username if manager else None),
    )


def move_cells(mover: Mover, night: Version, before: Version) -> tuple[Any, ...]:
    """One mover in the order of MOVES."""
    customer, manager = mover.customer, mover.customer.account_manager
    return (
        *(customer.code, customer.name, mover.before, mover.tier, mover.revenue, mover.reason),
        *(customer.org_unit.code, manager.username if manager else None),
        *(before.business_date, night.business_date),
    )
