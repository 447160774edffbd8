"""Addresses of the pages about who has whom."""

from django.urls import path

from workspace.handover import deputy_pages, pages, pool_pages, risk_pages

urlpatterns = [
    path("", pages.handovers, name="handovers"),
    path("handovers/new/", pages.handover_new, name="handover_new"),
    path("handovers/<int:handover>/", pages.handover, name="handover"),
    path("handovers/<int:handover>/accept/", pages.handover_accept, name="handover_accept"),
    path("handovers/<int:handover>/withdraw/", pages.handover_withdraw, name="handover_withdraw"),
    path("pool/", pool_pages.pool, name="pool"),
    path("pool/<int:entry>/", pool_pages.pool_file, name="pool_file"),
    path("pool/<int:entry>/claim/", pool_pages.pool_claim, name="pool_claim"),
    path("risk/", risk_pages.files_at_risk, name="files_at_risk"),
    path("deputies/", deputy_pages.deputies, name="deputies"),
    path("deputies/new/", deputy_pages.deputy_new, name="deputy_new"),
    path("deputies/<int:deputy>/end/", deputy_pages.deputy_end, name="deputy_end"),
]
