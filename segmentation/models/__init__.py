"""What customers are worth and how they are going: rule sets, and what each night found."""

from segmentation.models.company import CompanyTotal
from segmentation.models.customer_value import CustomerValue, RetentionSum, ValueModel
from segmentation.models.decided import Decision, KeyAccount, TierOverride
from segmentation.models.exposure import Exposure
from segmentation.models.health import Health, HealthTest
from segmentation.models.nightly import (
    Classification,
    Curve,
    Figures,
    Move,
    Portfolio,
)
from segmentation.models.rfm import RfmCuts
from segmentation.models.rhythm import Rhythm
from segmentation.models.rule_set import RuleSet
from segmentation.models.scores import Score
from segmentation.models.serving import LossLane, Serving
from segmentation.models.simulation import SimulatedClass, Simulation
from segmentation.models.standing import Standing

__all__ = [
    "Classification",
    "CompanyTotal",
    "Curve",
    "CustomerValue",
    "Decision",
    "Exposure",
    "Figures",
    "Health",
    "HealthTest",
    "KeyAccount",
    "LossLane",
    "Move",
    "Portfolio",
    "RetentionSum",
    "RfmCuts",
    "Rhythm",
    "RuleSet",
    "Score",
    "Serving",
    "SimulatedClass",
    "Simulation",
    "Standing",
    "TierOverride",
    "ValueModel",
]
