"""Pure Python: months as numbers (months), the stages a shipment passes (stages)."""

from shipments.rules.months import first_day, month_number

__all__ = ["first_day", "month_number"]
