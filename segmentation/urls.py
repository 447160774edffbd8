"""Pages of tiers."""

from django.urls import path

from segmentation.views import rule_decisions, rule_drafts, rule_simulation, rules, tiers

urlpatterns = [
    path("", tiers.tiers, name="tiers"),
    path("moves/export/", tiers.export, name="tier_moves_export"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/compare/", rules.rule_comparison, name="rule_comparison"),
    path("rules/new/", rule_drafts.rule_draft, name="rule_draft"),
    path("rules/<int:version>/", rules.rule_set, name="rule_set"),
    path("rules/<int:version>/edit/", rule_drafts.rule_edit, name="rule_edit"),
    path("rules/<int:version>/delete/", rule_drafts.rule_delete, name="rule_delete"),
    path("rules/<int:version>/ask/", rule_drafts.rule_ask, name="rule_ask"),
    path("rules/<int:version>/withdraw/", rule_drafts.rule_withdraw, name="rule_withdraw"),
    path("rules/<int:version>/activate/", rule_decisions.rule_activate, name="rule_activate"),
    path(
        "rules/<int:version>/simulation/", rule_simulation.rule_simulation, name="rule_simulation"
    ),
    path(
        "rules/<int:version>/simulation/export/",
        rule_simulation.rule_simulation_export,
        name="rule_simulation_export",
    ),
    path("rules/<int:version>/send-back/", rule_decisions.rule_send_back, name="rule_send_back"),
    path("rules/<int:version>/take-back/", rule_decisions.rule_take_back, name="rule_take_back"),
]
