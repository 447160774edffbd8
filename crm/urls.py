"""Every path of the product."""

from django.contrib import admin
from django.urls import include, path

from crm import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_page, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
    path("", include("workspace.urls")),
    path("", include("organization.urls")),
    path("customers/", include("customers.urls")),
    path("", include("contracts.urls")),
    path("segmentation/", include("segmentation.urls")),
    path("surveys/", include("surveys.urls")),
]
