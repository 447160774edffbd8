"""Every call of version 1."""

from django.urls import path, register_converter

from api.v1.complaints import ComplaintsView
from api.v1.customers import CustomersView, CustomerView
from api.v1.nowhere import NowhereView
from api.v1.receipts import ReceiptsView
from api.v1.service import ServiceLookupView, ServiceView
from api.v1.waybills import WaybillBatchView, WaybillEventsView, WaybillsView, WaybillView


class CodeConverter:
    """A code or number as the outside world writes it: anything but slashes and NUL."""

    regex = r"[^/\x00]{1,100}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(CodeConverter, "code")

urlpatterns = [
    path("customers/", CustomersView.as_view(), name="api_customers"),
    path("customers/service/lookup/", ServiceLookupView.as_view(), name="api_service_lookup"),
    path("customers/<code:code>/service/", ServiceView.as_view(), name="api_service"),
    path("customers/<code:code>/", CustomerView.as_view(), name="api_customer"),
    path("complaints/", ComplaintsView.as_view(), name="api_complaints"),
    path("waybills/", WaybillsView.as_view(), name="api_waybills"),
    path("waybills/batch/", WaybillBatchView.as_view(), name="api_waybill_batch"),
    path("waybills/<code:number>/", WaybillView.as_view(), name="api_waybill"),
    path("waybills/<code:number>/events/", WaybillEventsView.as_view(), name="api_waybill_events"),
    path("receipts/", ReceiptsView.as_view(), name="api_receipts"),
    path("", NowhereView.as_view()),
    path("<path:rest>", NowhereView.as_view()),
]
