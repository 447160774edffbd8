"""Addresses of the pages about who has whom."""

from django.urls import path

from workspace.handover import pages

urlpatterns = [
    path("", pages.handovers, name="handovers"),
    path("handovers/new/", pages.handover_new, name="handover_new"),
    path("handovers/<int:handover>/", pages.handover, name="handover"),
    path("handovers/<int:handover>/accept/", pages.handover_accept, name="handover_accept"),
    path("handovers/<int:handover>/withdraw/", pages.handover_withdraw, name="handover_withdraw"),
]
