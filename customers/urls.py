"""Pages of the customer file itself; the list and the whole customer stand in workspace."""

from django.urls import path

from customers import views

urlpatterns = [
    path("new/", views.create, name="customer_new"),
    path("<int:pk>/edit/", views.edit, name="customer_edit"),
]
