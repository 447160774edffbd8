"""Pages of tiers."""

from django.urls import path

from segmentation import views

urlpatterns = [
    path("", views.tiers, name="tiers"),
    path("moves/export/", views.export, name="tier_moves_export"),
]
