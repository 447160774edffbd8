"""What customers send: waybills in monthly partitions, their months that add up, service plans."""

from shipments.models.events import WaybillEvent
from shipments.models.months import CustomerMonth, LaneMonth
from shipments.models.plans import PlanGain, PlanStage, ServicePlan
from shipments.models.restatements import Restatement
from shipments.models.stages import Stage
from shipments.models.waybill import Waybill

__all__ = [
    "CustomerMonth",
    "LaneMonth",
    "PlanGain",
    "PlanStage",
    "Restatement",
    "ServicePlan",
    "Stage",
    "Waybill",
    "WaybillEvent",
]
