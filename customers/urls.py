"""Pages of the customer file itself; the list and the whole customer stand in workspace."""

from django.urls import path

from customers.views import file

urlpatterns = [
    path("new/", file.create, name="customer_new"),
    path("<int:pk>/edit/", file.edit, name="customer_edit"),
]
