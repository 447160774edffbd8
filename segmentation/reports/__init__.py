"""What pages show of figures, classes and tiers, from the night everyone reads or another one."""

from segmentation.reports.header import (
    HeaderFigures,
    header_figures,
    indicators,
    tier_counts,
)
from segmentation.reports.movers import KINDS, Mover, MoverPage, export_movers, movers
from segmentation.reports.tiers import (
    Flow,
    Overview,
    TierRow,
    concentration_of,
    nights,
    overview,
)

__all__ = [
    "KINDS",
    "Flow",
    "HeaderFigures",
    "Mover",
    "MoverPage",
    "Overview",
    "TierRow",
    "concentration_of",
    "export_movers",
    "header_figures",
    "indicators",
    "movers",
    "nights",
    "overview",
    "tier_counts",
]
