"""What customers are worth and how they are going: rule sets, and what each night found."""

from segmentation.models.nightly import (
    Classification,
    Curve,
    Figures,
    Move,
    Portfolio,
    RuleSet,
)
from segmentation.models.rhythm import Rhythm

__all__ = ["Classification", "Curve", "Figures", "Move", "Portfolio", "Rhythm", "RuleSet"]
