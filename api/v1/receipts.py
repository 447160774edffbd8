"""Money that came in, as finance records it."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.models import Scope
from api.v1 import waybill_words as words
from api.v1.waybills import invalid
from contracts.imports import ReceiptImport
from contracts.models import Receipt
from contracts.services import ReceiptEntry, post_receipt
from core.tables.objects import ObjectParser
from core.tables.schema import Row
from customers.codes import customers_by_code
from customers.models import Customer
from organization.models import User
from shipments.imports import customers_by_account

_SCHEMA = ReceiptImport.schema


class ReceiptsView(ApiView):
    """The collection."""

    scopes: ClassVar = {"POST": Scope.RECEIPTS_WRITE}

    @extend_schema(
        operation_id="post_receipt",
        summary=gettext_lazy("Record a receipt"),
        request={"application/json": words.RECEIPT_BODY},
        responses={200: words.POSTED, 201: words.POSTED},
        examples=words.RECEIPT_EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Record a receipt and put it on lines; the same receipt again answers what is recorded."""
        row = ObjectParser(_SCHEMA)(1, request.data)
        if not isinstance(row, Row):
            raise invalid(row)
        values = _SCHEMA.defaults() | row.values
        customer = _customer(values.pop("customer_code"), self.user)
        before = (
            Receipt.objects.visible_to(self.user).filter(receipt_no=values["receipt_no"]).exists()
        )
        receipt = post_receipt(customer, ReceiptEntry(**values), today=timezone.localdate())
        answer = {"result": "unchanged" if before else "created", "receipt": _told(receipt)}
        return Response(answer, 200 if before else 201)


def _customer(code: str, user: User) -> Customer:
    found = customers_by_code([code], user) or customers_by_account({code}, user)
    if code not in found:
        message = _("there is no customer “{code}”").format(code=code)
        raise ValidationError({"customer_code": [ErrorDetail(message, "unknown_customer")]})
    seen = Customer.objects.visible_to(user)
    locked: Customer = seen.select_for_update(of=("self",), no_key=True).get(pk=found[code])
    return locked


def _told(receipt: Receipt) -> dict[str, Any]:
    """The receipt as it is stored, and where its money went."""
    allocations = receipt.allocations.order_by("pk").values("line__line_no", "amount")
    return {
        "receipt_no": receipt.receipt_no,
        "customer_code": receipt.customer.code,
        "received_on": receipt.received_on,
        "amount": receipt.amount,
        "currency": receipt.currency,
        "method": receipt.method,
        "matures_on": receipt.matures_on,
        "effective_on": receipt.effective_on,
        "line_no": receipt.line.line_no if receipt.line else "",
        "allocated": receipt.allocated,
        "allocations": [
            {"line_no": row["line__line_no"], "amount": row["amount"]} for row in allocations
        ],
    }
