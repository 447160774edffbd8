"""Pure Python.

`months` as numbers, `stages` of a shipment, `periods` of whole months, `places` that texts mean,
`seasonal`: months without their season and what the next quarter may bring.
"""

from shipments.rules.months import first_day, month_number

__all__ = ["first_day", "month_number"]
