"""Addresses below /statistics/."""

from django.urls import path

from workspace.statistics import pages

urlpatterns = [
    path("", pages.parts, name="statistics"),
    path("trend/", pages.trend, name="statistics_trend"),
    path("safety/", pages.safety, name="statistics_safety"),
    path("export/", pages.export, name="statistics_export"),
]
