"""What pages show of figures, classes and tiers, from the night everyone reads or another one."""

from segmentation.reports.customer_value import latest_model, retention_of, told_off
from segmentation.reports.decided import NOTHING_DECIDED, Decided, decided_about
from segmentation.reports.header import (
    HeaderFigures,
    header_figures,
    indicators,
    tier_counts,
)
from segmentation.reports.movers import KINDS, Mover, MoverPage, export_movers, movers
from segmentation.reports.simulated import (
    SHOWN,
    ClassRow,
    Outcome,
    outcome,
    simulated_movers,
)
from segmentation.reports.standing import LIFECYCLES, shares, standing
from segmentation.reports.tiers import (
    Flow,
    Overview,
    Steps,
    TierRow,
    concentration_of,
    nights,
    overview,
    steps,
)
from segmentation.reports.weights import proposed_weights
from segmentation.reports.worth import Worth, worth

__all__ = [
    "KINDS",
    "LIFECYCLES",
    "NOTHING_DECIDED",
    "SHOWN",
    "ClassRow",
    "Decided",
    "Flow",
    "HeaderFigures",
    "Mover",
    "MoverPage",
    "Outcome",
    "Overview",
    "Steps",
    "TierRow",
    "Worth",
    "concentration_of",
    "decided_about",
    "export_movers",
    "header_figures",
    "indicators",
    "latest_model",
    "movers",
    "nights",
    "outcome",
    "overview",
    "proposed_weights",
    "retention_of",
    "shares",
    "simulated_movers",
    "standing",
    "steps",
    "tier_counts",
    "told_off",
    "worth",
]
