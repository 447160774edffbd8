"""What customers send: waybills in monthly partitions, and each customer's months that add up."""

from shipments.models.months import CustomerMonth
from shipments.models.stages import Stage
from shipments.models.waybill import Waybill

__all__ = ["CustomerMonth", "Stage", "Waybill"]
