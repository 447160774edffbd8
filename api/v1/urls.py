"""Every call of version 1."""

from django.urls import path, register_converter

from api.v1.complaints import ComplaintsView
from api.v1.customers import CustomersView, CustomerView
from api.v1.nowhere import NowhereView
from api.v1.service import ServiceLookupView, ServiceView


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
    path("", NowhereView.as_view()),
    path("<path:rest>", NowhereView.as_view()),
]
