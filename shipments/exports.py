"""Waybills out: the same columns as the import."""

from core.tables.write import Exporter, ExportRequest, Rows
from shipments.imports import SCHEMA
from shipments.models import Waybill

_CODES = {
    "shipper_code": "shipper__code",
    "consignee_code": "consignee__code",
    "pickup_unit": "pickup_unit__code",
    "delivery_unit": "delivery_unit__code",
}
_FIELDS = [_CODES.get(column.name, column.name) for column in SCHEMA.columns]


def waybill_rows(request: ExportRequest) -> Rows:
    """Rows in the order of numbers, fetched as they are written."""
    waybills = Waybill.objects.all()
    if request.user is not None:
        waybills = waybills.visible_to(request.user)
    return waybills.order_by("waybill_no").values_list(*_FIELDS).iterator(chunk_size=5000)


WAYBILLS = Exporter(SCHEMA.columns, waybill_rows)
