"""Pages made of several apps."""

from django.urls import include, path, register_converter

from workspace.access.pages import explain_access
from workspace.collecting import account
from workspace.collecting import page as worklist
from workspace.complaints import pages as complaints
from workspace.key_accounts import pages as key_accounts
from workspace.overrides import pages as overrides
from workspace.plans import pages as plans
from workspace.policies import pages as policies
from workspace.sections import SECTIONS
from workspace.serving import pages as serving
from workspace.views import (
    alerts,
    approvals,
    bulk,
    collecting,
    components,
    credit,
    credit_state,
    customer,
    customer_list,
    demo,
    digest,
    dossier,
    home,
    lookup,
    merging,
    notes,
    persons,
    profile,
    prospects,
    receivables,
    saved_views,
    search,
    waybills,
    write_offs,
)


class SectionName:
    """One of the sections behind the first, which has the customer's own address."""

    regex = "|".join(section.name for section in SECTIONS[1:])

    def to_python(self, value: str) -> str:
        """The name."""
        return value

    def to_url(self, value: str) -> str:
        """The name."""
        return value


register_converter(SectionName, "section")

urlpatterns = [
    path("", home.home, name="home"),
    path("digest/", digest.digest, name="digest"),
    path("today/queue/", home.work_queue, name="work_queue"),
    path("alerts/<int:alert>/done/", alerts.alert_done, name="alert_done"),
    path("alerts/<int:alert>/undo/", alerts.alert_undo, name="alert_undo"),
    path("alerts/<int:alert>/snooze/", alerts.alert_snooze, name="alert_snooze"),
    path("components/", components.components, name="components"),
    path("components/drawer/", components.sample_drawer, name="components_drawer"),
    path("search/", search.search_page, name="search"),
    path("waiting/", search.waiting, name="waiting"),
    path("demo/sign-in/", demo.sign_in_as, name="demo_sign_in"),
    path("customers/", customer_list.customer_list, name="customer_list"),
    path("customers/export/", customer_list.customer_export, name="customer_export"),
    path("statistics/serving/", serving.page, name="serving"),
    path("receivables/", receivables.receivables, name="receivables"),
    path("receivables/around/", receivables.around, name="receivables_around"),
    path("lines/<int:line_id>/write-off/", write_offs.write_off, name="write_off"),
    path("receivables/export/", receivables.export, name="receivables_export"),
    path("customers/<int:pk>/account/", account.account, name="account"),
    path("customers/<int:pk>/account/<slug:kind>/", account.export, name="account_export"),
    path("collections/", worklist.collections, name="collections"),
    path("collections/<slug:kind>/", worklist.export, name="collections_export"),
    path("customers/<int:pk>/promises/new/", collecting.promise_new, name="promise_new"),
    path("promises/<int:promise>/replace/", collecting.promise_replace, name="promise_replace"),
    path("promises/<int:promise>/cancel/", collecting.promise_cancel, name="promise_cancel"),
    path("customers/bulk/", bulk.bulk, name="customer_bulk"),
    path("customers/bulk/undo/", bulk.bulk_undo, name="customer_bulk_undo"),
    path("customers/columns/", saved_views.list_columns, name="customer_columns"),
    path("customers/views/new/", saved_views.new_view, name="view_new"),
    path("customers/views/pinned/", saved_views.pinned_counts, name="views_pinned"),
    path("customers/views/<int:view>/", saved_views.edit_view, name="view_edit"),
    path("customers/look-up/", lookup.lookup, name="look_up"),
    path("customers/look-up/request/", lookup.request_access, name="look_up_request"),
    path("customers/duplicates/", merging.duplicates, name="duplicates"),
    path("customers/duplicates/<int:pair>/", merging.dismiss, name="duplicate_dismiss"),
    path("customers/merges/", merging.merges, name="merges"),
    path("customers/merges/<int:number>/", merging.merge, name="merge"),
    path("customers/merges/<int:number>/undo/", merging.merge_undo, name="merge_undo"),
    path("customers/<int:pk>/merge/", merging.merge_new, name="customer_merge"),
    path("customers/<int:pk>/", customer.customer, name="customer"),
    path("customers/<int:pk>/profile/<slug:group>/", profile.profile_group, name="profile_group"),
    path(
        "customers/<int:pk>/profile/<slug:group>/confirm/",
        profile.profile_confirm,
        name="profile_confirm",
    ),
    path("customers/<int:pk>/print/", dossier.dossier, name="customer_dossier"),
    path("customers/<int:pk>/notes/", customer.notes, name="customer_notes"),
    path("customers/<int:pk>/prospect/", prospects.prospect_edit, name="prospect_edit"),
    path(
        "customers/<int:pk>/prospect/<slug:stage>/", prospects.prospect_move, name="prospect_move"
    ),
    path("customers/<int:pk>/waybills/<path:number>/", waybills.waybill, name="waybill"),
    path("customers/<int:pk>/timeline/", notes.timeline, name="customer_timeline"),
    path("customers/<int:pk>/charts/trend/", customer.trend_chart, name="customer_trend"),
    path("customers/<int:pk>/<section:name>/", customer.customer, name="customer_section"),
    path(
        "customers/<int:pk>/contacts/<int:number>/export/",
        persons.person_export,
        name="person_export",
    ),
    path(
        "customers/<int:pk>/contacts/<int:number>/erase/", persons.person_erase, name="person_erase"
    ),
    path("customers/<int:pk>/credit/limit/", credit.limit, name="credit_limit"),
    path("credit/", credit_state.held, name="credit_held"),
    path("customers/<int:pk>/credit/hold/", credit_state.hold, name="credit_hold"),
    path("customers/<int:pk>/credit/lift/", credit_state.lift, name="credit_lift"),
    path("customers/<int:pk>/credit/release/", credit_state.release, name="credit_release"),
    path("customers/<int:pk>/credit/signs/", credit.signs, name="credit_signs"),
    path("customers/<int:pk>/credit/review/", credit.review, name="credit_review"),
    path("customers/<int:pk>/complaints/new/", complaints.complaint_new, name="complaint_new"),
    path(
        "customers/<int:pk>/complaints/<int:complaint>/answer/",
        complaints.complaint_answer,
        name="complaint_answer",
    ),
    path(
        "customers/<int:pk>/complaints/<int:complaint>/solve/",
        complaints.complaint_solve,
        name="complaint_solve",
    ),
    path("segmentation/key-accounts/", key_accounts.key_accounts, name="key_accounts"),
    path("segmentation/key-accounts/export/", key_accounts.export, name="key_accounts_export"),
    path(
        "customers/<int:pk>/key-account/propose/",
        key_accounts.key_account_propose,
        name="key_account_propose",
    ),
    path(
        "customers/<int:pk>/key-account/<int:naming>/end/",
        key_accounts.key_account_end,
        name="key_account_end",
    ),
    path("segmentation/overrides/", overrides.overrides, name="overrides"),
    path("customers/<int:pk>/tier/choose/", overrides.tier_override, name="tier_override"),
    path(
        "customers/<int:pk>/tier/<int:override>/end/",
        overrides.tier_override_end,
        name="tier_override_end",
    ),
    path("segmentation/policies/", policies.policies, name="policies"),
    path("customers/<int:pk>/policy/<slug:point>/", policies.deviation, name="policy_deviation"),
    path(
        "customers/<int:pk>/policy/<int:deviation>/end/",
        policies.deviation_end,
        name="policy_deviation_end",
    ),
    path("customers/<int:pk>/plans/edit/", plans.plan_edit, name="plan_edit"),
    path("customers/<int:pk>/plans/row/", plans.plan_row, name="plan_row"),
    path("customers/<int:pk>/plans/<int:plan>/", plans.plan_version, name="plan_version"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:approval>/", approvals.approval, name="approval"),
    path("prospects/", prospects.prospects, name="prospects"),
    path("receivables/", include("workspace.receivables.urls")),
    path("statistics/", include("workspace.statistics.urls")),
    path("tasks/", include("workspace.tasks.urls")),
    path("imports/", include("workspace.uploads.urls")),
    path("access/", explain_access, name="explain_access"),
    path("ownership/", include("workspace.handover.urls")),
]
