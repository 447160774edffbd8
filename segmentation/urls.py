"""Pages of tiers."""

from django.urls import path

from segmentation import rule_views, views

urlpatterns = [
    path("", views.tiers, name="tiers"),
    path("moves/export/", views.export, name="tier_moves_export"),
    path("rules/", rule_views.rule_list, name="rules"),
    path("rules/compare/", rule_views.rule_comparison, name="rule_comparison"),
    path("rules/new/", rule_views.rule_draft, name="rule_draft"),
    path("rules/<int:version>/", rule_views.rule_set, name="rule_set"),
    path("rules/<int:version>/edit/", rule_views.rule_edit, name="rule_edit"),
    path("rules/<int:version>/delete/", rule_views.rule_delete, name="rule_delete"),
    path("rules/<int:version>/ask/", rule_views.rule_ask, name="rule_ask"),
    path("rules/<int:version>/withdraw/", rule_views.rule_withdraw, name="rule_withdraw"),
    path("rules/<int:version>/activate/", rule_views.rule_activate, name="rule_activate"),
    path("rules/<int:version>/simulation/", rule_views.rule_simulation, name="rule_simulation"),
    path(
        "rules/<int:version>/simulation/export/",
        rule_views.rule_simulation_export,
        name="rule_simulation_export",
    ),
    path("rules/<int:version>/send-back/", rule_views.rule_send_back, name="rule_send_back"),
]
