"""Addresses below /receivables/ of the pages that read the ledger."""

from django.urls import path

from workspace.receivables import pages

urlpatterns = [
    path("ageing/", pages.ageing, name="ageing_then"),
    path("ageing/export/", pages.ageing_export, name="ageing_then_export"),
    path("measures/", pages.collecting, name="collecting"),
    path("measures/export/", pages.collecting_export, name="collecting_export"),
    path("doubtful/", pages.doubtful_debts, name="doubtful"),
    path("doubtful/export/", pages.doubtful_export, name="doubtful_export"),
    path("forecast/", pages.forecast, name="forecast"),
    path("forecast/export/", pages.forecast_export, name="forecast_export"),
    path("forecast/<int:week>/", pages.forecast_week, name="forecast_week"),
]
