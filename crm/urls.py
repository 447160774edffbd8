"""Every path of the product."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("workspace.urls")),
    path("", include("organization.urls")),
    path("customers/", include("customers.urls")),
]
