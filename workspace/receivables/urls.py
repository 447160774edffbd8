"""Addresses below /receivables/ of the pages that read the ledger."""

from django.urls import path

from workspace.receivables import pages

urlpatterns = [
    path("ageing/", pages.ageing, name="ageing_then"),
    path("ageing/export/", pages.ageing_export, name="ageing_then_export"),
]
