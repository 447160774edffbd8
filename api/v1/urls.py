"""Every call of version 1."""

from django.urls import path, register_converter

from api.v1.changes import ChangesView
from api.v1.complaints import ComplaintsView
from api.v1.customers import CustomersView, CustomerView
from api.v1.deliveries import DeliveriesView, DeliveryView, ReplayFailedView, ReplayView
from api.v1.nowhere import NowhereView
from api.v1.receipts import ReceiptsView
from api.v1.service import ServiceLookupView, ServiceView
from api.v1.waybills import WaybillBatchView, WaybillEventsView, WaybillsView, WaybillView
from api.v1.webhooks import WebhookSecretView, WebhooksView, WebhookTestView, WebhookView


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
    path("changes/", ChangesView.as_view(), name="api_changes"),
    path("webhooks/", WebhooksView.as_view(), name="api_webhooks"),
    path("webhooks/deliveries/", DeliveriesView.as_view(), name="api_deliveries"),
    path("webhooks/deliveries/replay/", ReplayFailedView.as_view(), name="api_replay_failed"),
    path("webhooks/deliveries/<int:number>/", DeliveryView.as_view(), name="api_delivery"),
    path("webhooks/deliveries/<int:number>/replay/", ReplayView.as_view(), name="api_replay"),
    path("webhooks/<int:number>/", WebhookView.as_view(), name="api_webhook"),
    path("webhooks/<int:number>/secret/", WebhookSecretView.as_view(), name="api_webhook_secret"),
    path("webhooks/<int:number>/test/", WebhookTestView.as_view(), name="api_webhook_test"),
    path("", NowhereView.as_view()),
    path("<path:rest>", NowhereView.as_view()),
]
