"""Waybills as the API tells them: the columns of the import, and what happened on the way."""

from typing import Any

from customers.models import Customer
from organization.models import User
from shipments.models import Waybill, WaybillEvent

MOST_EVENTS = 200
_PLAIN = (
    *("payer", "billed_code", "service", "accepted_at", "promised_at", "delivered_at", "origin"),
    *("destination", "pieces", "weight_kg", "billed_weight_kg", "volume_m3", "revenue", "cost"),
    *("currency", "declared_value", "cod_amount", "status", "exception", "claim_amount"),
    *("waiting_minutes", "storage_days", "source", "source_seq"),
)
_CODES = {"shipper_id": "shipper_code", "consignee_id": "consignee_code", "customer_id": "paid_by"}


def waybill_as_told(number: str, user: User) -> dict[str, Any] | None:
    """The waybill with that number if `user` sees its payer, else None.

    Codes of other parties that are not to be seen are null, as if there were none.
    """
    asked = Waybill.objects.visible_to(user).filter(waybill_no=number)
    units = ("pickup_unit__code", "delivery_unit__code")
    row = asked.values(*_PLAIN, *_CODES, *units, "month").first()
    if row is None:
        return None
    ids = {row[name] for name in _CODES} - {None}
    codes = dict(Customer.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "code"))
    return {
        "waybill_no": number,
        **{told: codes.get(row[name]) for name, told in _CODES.items()},
        **{name.removesuffix("__code"): row[name] for name in units},
        **{name: row[name] for name in _PLAIN},
        "events": _events(number, row["month"], user),
    }


def _events(number: str, month: int, user: User) -> list[dict[str, Any]]:
    """The latest, in the order they happened."""
    told = WaybillEvent.objects.visible_to(user).filter(waybill_no=number, month=month)
    rows = told.order_by("-happened_at", "-id").values(
        "kind", "happened_at", "stage", "exception", "unit__code", "place", "note", "source",
        "event_id", "seq",
    )[:MOST_EVENTS]  # fmt: skip
    return [
        {"unit" if name == "unit__code" else name: value for name, value in row.items()}
        for row in reversed(rows)
    ]
