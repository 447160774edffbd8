"""Every route of the product, and what each of the eight roles is answered there (R1).

A route is written as Django knows it. Where it has `<int:pk>`, the number is a customer's: the
answer below is for a customer of one's own; one of somebody else's and one that does not exist
are both 404 to whoever gets that answer, with the same bytes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ADMINISTRATOR = frozenset({"administrator"})
MANAGERS = frozenset({"account_manager", "outlet_manager", "branch_manager", "group_manager"})
HEADS = MANAGERS - {"account_manager"}
CUSTOMER_ROLES = MANAGERS | {"finance", "service_agent", "analyst"}
IMPORTERS = MANAGERS - {"account_manager"} | {"finance", "administrator"}
EVERYONE = CUSTOMER_ROLES | ADMINISTRATOR
CREDIT_ROLES = MANAGERS | {"finance"}
NO_AGENTS = CUSTOMER_ROLES - {"service_agent"}
RULE_MAKERS = ADMINISTRATOR  # and who heads all of the company, which nobody does beside FAR
WORKERS = CUSTOMER_ROLES - {"analyst"}


CREDIT_PARTS = ("accounts", "qualifications", "statements", "guarantees", "events")


@dataclass(frozen=True)
class Visit:
    """One way to go to a route: who is answered `answer`, everybody else is `refused`."""

    allowed: frozenset[str]
    answer: int = 200
    refused: int = 403
    signed_out: int = 302
    method: str = "get"
    data: Mapping[str, str] = field(default_factory=dict)
    kwargs: Mapping[str, str] = field(default_factory=dict)
    path: str = ""  # where the route's own pattern cannot be filled in


def open_to_all(answer: int = 200, **options: Any) -> Visit:
    """Everybody gets the same, signed in or not."""
    return Visit(EVERYONE, answer=answer, signed_out=options.pop("signed_out", answer), **options)


def absent_upload(method: str = "get", **kwargs: str) -> Visit:
    """Uploads are one's own: tests of the import page try those that are there."""
    return Visit(IMPORTERS, answer=404, method=method, kwargs={"number": "1", **kwargs})


def absent_task(method: str = "get") -> Visit:
    """Tasks of others are tried in workspace/tests/test_tasks.py."""
    return Visit(WORKERS, answer=404, method=method, kwargs={"task": "0"})


def section(name: str, allowed: frozenset[str], refused: int = 404) -> Visit:
    """A section of the customer page; one the role does not have is not there."""
    return Visit(allowed, refused=refused, kwargs={"name": name})


def _section_visits() -> list[Visit]:
    everybodys = (
        "contacts",
        "contracts",
        "receivables",
        "receipts",
        "waybills",
        "surveys",
        "complaints",
        "supply",
        "policy",
        "value",
        "volume",
        "network",
        "health",
    )
    return [
        *(
            section(name, CUSTOMER_ROLES)
            for name in ("profile", *everybodys, "notes", "files", "group")
        ),
        section("history", NO_AGENTS),
        section("serving", NO_AGENTS),
        section("credit", CREDIT_ROLES),
        section("dossier", CREDIT_ROLES),
    ]


def _of_contact(allowed: frozenset[str], method: str = "get", **kwargs: str) -> Visit:
    """No contact has the number: tests of people try those that are there."""
    return Visit(allowed, answer=404, method=method, kwargs={"number": "0", **kwargs})


# Calls of systems, route -> methods: a session opens none of them (api/tests/ tries keys).
API: dict[str, tuple[str, ...]] = {
    "api/v1/customers/": ("get",),
    "api/v1/customers/<code:code>/": ("get",),
    "api/v1/customers/<code:code>/service/": ("get",),
    "api/v1/customers/service/lookup/": ("post",),
    "api/v1/complaints/": ("post",),
    "api/v1/waybills/": ("post",),
    "api/v1/waybills/batch/": ("post",),
    "api/v1/waybills/<code:number>/": ("get", "put"),
    "api/v1/waybills/<code:number>/events/": ("post",),
    "api/v1/receipts/": ("post",),
    "api/v1/changes/": ("get",),
    "api/v1/webhooks/": ("get", "post"),
    "api/v1/webhooks/<int:number>/": ("get", "patch", "delete"),
    "api/v1/webhooks/<int:number>/secret/": ("post",),
    "api/v1/webhooks/<int:number>/test/": ("post",),
    "api/v1/webhooks/deliveries/": ("get",),
    "api/v1/webhooks/deliveries/replay/": ("post",),
    "api/v1/webhooks/deliveries/<int:number>/": ("get",),
    "api/v1/webhooks/deliveries/<int:number>/replay/": ("post",),
    "api/v1/": ("get", "post"),
    "api/v1/<path:rest>": ("get", "post"),
}


PAGES: dict[str, list[Visit]] = {
    "healthz": [open_to_all()],
    "readyz": [open_to_all()],
    "metrics": [open_to_all()],
    "": [Visit(EVERYONE)],
    "api/docs/": [Visit(EVERYONE)],
    "api/v1/schema/": [Visit(EVERYONE, signed_out=401)],  # a key opens it too
    "digest/": [Visit(CUSTOMER_ROLES)],
    "today/queue/": [Visit(EVERYONE), Visit(EVERYONE, 405, method="post")],
    **{
        f"alerts/<int:alert>/{act}/": [
            Visit(frozenset(), kwargs={"alert": "0"}, refused=405),
            Visit(CUSTOMER_ROLES - {"analyst"}, 404, method="post", kwargs={"alert": "0"}),
        ]
        for act in ("done", "undo")
    },
    "alerts/<int:alert>/snooze/": [
        Visit(CUSTOMER_ROLES - {"analyst"}, 404, kwargs={"alert": "0"}),
        Visit(CUSTOMER_ROLES - {"analyst"}, 404, method="post", kwargs={"alert": "0"}),
    ],
    "sign-in/": [Visit(EVERYONE, answer=302, signed_out=200)],
    "sign-in/code/": [open_to_all(302), open_to_all(302, method="post")],  # nobody is half in
    "sign-in/sso/": [open_to_all(404)],  # no provider is configured
    "sign-in/sso/return/": [open_to_all(404)],
    "confirm/": [Visit(EVERYONE), Visit(EVERYONE, answer=422, method="post")],
    "invite/<uidb64>/<token>/": [open_to_all(kwargs={"uidb64": "MQ", "token": "forged-0"})],
    "components/": [Visit(ADMINISTRATOR)],
    "components/drawer/": [Visit(ADMINISTRATOR), Visit(ADMINISTRATOR, 422, method="post")],
    "search/": [Visit(EVERYONE)],
    "waiting/": [Visit(EVERYONE, 302)],
    "demo/sign-in/": [open_to_all(405), open_to_all(404, method="post")],  # none is loaded
    "preferences/": [
        Visit(EVERYONE),
        Visit(EVERYONE, answer=422, method="post", data={"theme": "x"}),
    ],
    "preferences/sign-in/": [Visit(EVERYONE), Visit(EVERYONE, answer=405, method="post")],
    "preferences/sign-in/second-factor/": [
        Visit(EVERYONE),
        Visit(EVERYONE, answer=422, method="post", data={"code": "000000"}),
    ],
    "preferences/sign-in/second-factor/remove/": [
        Visit(EVERYONE, answer=405),
        Visit(EVERYONE, answer=302, method="post"),
    ],
    "preferences/sign-in/recovery-codes/": [
        Visit(EVERYONE, answer=405),
        Visit(EVERYONE, answer=404, method="post"),  # without a second factor
    ],
    "preferences/sign-in/sessions/end/": [
        Visit(EVERYONE, answer=405),
        Visit(EVERYONE, answer=302, method="post"),
    ],
    "preferences/sign-in/sessions/<slug:name>/end/": [
        Visit(EVERYONE, answer=405, kwargs={"name": "none"}),
        Visit(EVERYONE, answer=404, method="post", kwargs={"name": "none"}),
    ],
    "password/": [Visit(EVERYONE), Visit(EVERYONE, answer=422, method="post")],
    "language/": [open_to_all(405), open_to_all(302, method="post", data={"language": "en"})],
    "theme/": [
        Visit(EVERYONE, answer=405),
        Visit(EVERYONE, answer=302, method="post", data={"theme": "dark"}),
    ],
    "customers/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "customers/export/": [Visit(NO_AGENTS)],
    "customers/bulk/": [
        Visit(EVERYONE, 405),
        Visit(HEADS, 302, method="post", data={"act": "assign"}),
        Visit(HEADS, 302, method="post", data={"act": "handover"}),
        Visit(HEADS, 302, method="post", data={"act": "pool"}),
        Visit(MANAGERS, 302, method="post", data={"act": "tag"}),
        Visit(NO_AGENTS, 302, method="post", data={"act": "export"}),
        Visit(EVERYONE, 400, method="post"),
    ],
    "customers/look-up/": [
        Visit(MANAGERS),
        Visit(MANAGERS, method="post", data={"text": "Nobody at all"}),
        Visit(MANAGERS, 422, method="post", data={"text": "ab"}),
    ],
    "customers/look-up/request/": [
        Visit(MANAGERS, 302, method="post", data={"reason": "x", "ticket": "forged"}),
        Visit(EVERYONE, 405),
    ],
    "customers/new/similar/": [Visit(MANAGERS)],
    "customers/duplicates/": [Visit(HEADS)],
    "customers/duplicates/<int:pair>/": [
        Visit(HEADS, 404, method="post", kwargs={"pair": "0"}),
        Visit(EVERYONE, 405, kwargs={"pair": "0"}),
    ],
    "customers/merges/": [Visit(HEADS | ADMINISTRATOR)],
    "customers/merges/<int:number>/": [Visit(HEADS | ADMINISTRATOR, 404, kwargs={"number": "0"})],
    "customers/merges/<int:number>/undo/": [
        Visit(ADMINISTRATOR, 404, method="post", kwargs={"number": "0"}),
        Visit(EVERYONE, 405, kwargs={"number": "0"}),
    ],
    "customers/<int:pk>/merge/": [
        Visit(HEADS),
        Visit(HEADS, 422, method="post", data={"with": "nobody"}),
    ],
    "customers/bulk/undo/": [
        Visit(EVERYONE, 405),
        Visit(MANAGERS, 302, method="post"),
    ],
    "customers/columns/": [
        Visit(CUSTOMER_ROLES),
        Visit(CUSTOMER_ROLES, 422, method="post", data={"density": "x"}),
    ],
    "customers/views/new/": [
        Visit(CUSTOMER_ROLES),
        Visit(CUSTOMER_ROLES, 422, method="post", data={"name": ""}),
    ],
    "customers/views/pinned/": [Visit(CUSTOMER_ROLES, 302)],
    "customers/views/<int:view>/": [Visit(CUSTOMER_ROLES, 404, kwargs={"view": "1"})],
    "customers/<int:pk>/": [Visit(CUSTOMER_ROLES)],
    "customers/<int:pk>/notes/": [
        Visit(CUSTOMER_ROLES),
        Visit(CUSTOMER_ROLES - {"analyst"}, answer=422, method="post", data={"text": ""}),
    ],
    "customers/<int:pk>/timeline/": [Visit(CUSTOMER_ROLES)],
    "customers/<int:pk>/waybills/<path:number>/": [
        Visit(CUSTOMER_ROLES, answer=404, kwargs={"number": "0"})  # tried in test_waybill_page
    ],
    "customers/<int:pk>/charts/trend/": [Visit(CUSTOMER_ROLES, answer=302)],  # htmx asks for it
    "customers/<int:pk>/<section:name>/": _section_visits(),
    "prospects/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "customers/<int:pk>/prospect/": [
        Visit(MANAGERS),
        Visit(MANAGERS, 422, method="post", data={"prospect-stage": "x"}),
    ],
    "customers/<int:pk>/prospect/<slug:stage>/": [
        Visit(EVERYONE, 405, kwargs={"stage": "quoted"}),
        Visit(MANAGERS, 302, method="post", kwargs={"stage": "quoted"}),
    ],
    "tasks/": [Visit(WORKERS), Visit(EVERYONE, 405, method="post")],
    "tasks/new/": [Visit(WORKERS), Visit(WORKERS, 422, method="post")],
    "tasks/customers/": [Visit(WORKERS, data={"q": "canary"})],
    "tasks/<int:task>/": [absent_task(), absent_task("post")],
    "tasks/<int:task>/done/": [
        Visit(EVERYONE, 405, kwargs={"task": "0"}),
        absent_task("post"),
    ],
    "tasks/<int:task>/undo/": [
        Visit(EVERYONE, 405, kwargs={"task": "0"}),
        absent_task("post"),
    ],
    **{
        f"tasks/<int:task>/{act}/": [absent_task(), absent_task("post")]
        for act in ("finish", "postpone", "drop")
    },
    "statistics/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "statistics/trend/": [Visit(CUSTOMER_ROLES)],
    "statistics/safety/": [Visit(CUSTOMER_ROLES)],
    "statistics/export/": [Visit(NO_AGENTS)],
    "statistics/serving/": [Visit(NO_AGENTS)],
    "receivables/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "receivables/around/": [Visit(CUSTOMER_ROLES, answer=404)],  # no night is computed yet
    "receivables/export/": [Visit(NO_AGENTS, answer=404)],
    "receivables/<int:pk>/lines/": [Visit(CUSTOMER_ROLES)],
    "receivables/<int:pk>/then/": [Visit(CUSTOMER_ROLES)],
    "receivables/ageing/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "receivables/ageing/export/": [Visit(NO_AGENTS)],
    "receivables/doubtful/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "receivables/doubtful/export/": [Visit(NO_AGENTS)],
    "receivables/forecast/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "receivables/forecast/export/": [Visit(NO_AGENTS)],
    "receivables/forecast/<int:week>/": [
        Visit(CUSTOMER_ROLES, kwargs={"week": "1"}),
        Visit(CUSTOMER_ROLES, 404, kwargs={"week": "14"}),
    ],
    "receivables/measures/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "receivables/measures/export/": [Visit(NO_AGENTS)],
    "receivables/<int:pk>/remind/": [
        Visit(CUSTOMER_ROLES - {"analyst"}),
        Visit(CUSTOMER_ROLES - {"analyst"}, answer=422, method="post"),
    ],
    "contracts/<int:contract_id>/": [Visit(CUSTOMER_ROLES, 404, kwargs={"contract_id": "0"})],
    "contracts/": [Visit(CUSTOMER_ROLES)],
    "contracts/<int:contract_id>/edit/": [
        Visit(MANAGERS, 404, kwargs={"contract_id": "0"}),
        Visit(MANAGERS, 404, method="post", kwargs={"contract_id": "0"}),
    ],
    "contracts/<int:contract_id>/plan/": [
        Visit(MANAGERS, 404, kwargs={"contract_id": "0"}),
        Visit(MANAGERS, 404, method="post", kwargs={"contract_id": "0"}),
    ],
    "contracts/<int:contract_id>/discard/": [
        Visit(EVERYONE, 405, kwargs={"contract_id": "0"}),
        Visit(MANAGERS, 404, method="post", kwargs={"contract_id": "0"}),
    ],
    "contracts/<int:contract_id>/terms/<slug:part>/": [
        *(
            Visit(MANAGERS, 404, method=method, kwargs={"contract_id": "0", "part": part})
            for part in ("levels", "rebate", "amendment", "extra")
            for method in ("get", "post")
        ),
    ],
    "contracts/<int:contract_id>/<slug:act>/": [
        Visit(MANAGERS, 404, kwargs={"contract_id": "0", "act": "submit"}),
        *(
            Visit(HEADS, 404, method="post", kwargs={"contract_id": "0", "act": act})
            for act in ("return", "sign", "suspend", "resume", "terminate")
        ),
    ],
    "customers/<int:pk>/contracts/new/": [
        Visit(MANAGERS),
        Visit(MANAGERS, 422, method="post"),
    ],
    "customers/<int:pk>/statements/new/": [
        Visit(HEADS | {"finance"}),
        Visit(HEADS | {"finance"}, answer=422, method="post"),
    ],
    "statements/<int:number>/": [Visit(CUSTOMER_ROLES, 404, kwargs={"number": "0"})],
    "statements/<int:number>/export/": [Visit(NO_AGENTS, 404, kwargs={"number": "0"})],
    "statements/<int:number>/<slug:act>/": [
        Visit(EVERYONE, 405, kwargs={"number": "0", "act": "send"}),
        *(
            Visit(HEADS | {"finance"}, 404, method="post", kwargs={"number": "0", "act": act})
            for act in ("send", "revoke", "confirm")
        ),
    ],
    "statements/items/<int:item_id>/": [
        Visit(EVERYONE, 405, kwargs={"item_id": "0"}),
        Visit(HEADS | {"finance"}, 404, method="post", kwargs={"item_id": "0"}),
    ],
    "statements/answer/<str:token>/": [  # whose link it is counts, not who is signed in
        open_to_all(404, kwargs={"token": "forged"}),
        open_to_all(404, method="post", kwargs={"token": "forged"}),
    ],
    "lines/<int:line_id>/dispute/": [
        Visit(MANAGERS | {"finance"}, 404, kwargs={"line_id": "0"}),
        Visit(MANAGERS | {"finance"}, 404, kwargs={"line_id": "0"}, method="post"),
    ],
    "collections/<slug:kind>/": [Visit(NO_AGENTS, kwargs={"kind": "csv"})],
    "letters/new/": [
        Visit(CREDIT_ROLES),
        Visit(CREDIT_ROLES, answer=302, method="post"),  # nothing to write
    ],
    "letters/<uuid:batch>/": [
        Visit(CUSTOMER_ROLES, 404, kwargs={"batch": "00000000-0000-0000-0000-000000000000"})
    ],
    "letters/<int:pk>/again/": [Visit(CREDIT_ROLES, 404, method="post", kwargs={"pk": "0"})],
    "customers/<int:pk>/interest/<slug:currency>/": [
        Visit(HEADS | {"finance"}, kwargs={"currency": "CNY"}),
        Visit(HEADS | {"finance"}, 422, kwargs={"currency": "CNY"}, method="post"),
    ],
    "customers/<int:pk>/account/": [Visit(CUSTOMER_ROLES)],
    "customers/<int:pk>/account/<slug:kind>/": [Visit(NO_AGENTS, kwargs={"kind": "csv"})],
    "collections/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "customers/<int:pk>/promises/new/": [
        Visit(CREDIT_ROLES),
        Visit(CREDIT_ROLES, answer=422, method="post"),
    ],
    **{
        f"promises/<int:promise>/{act}/": [
            Visit(CREDIT_ROLES, 404, kwargs={"promise": "0"}),
            Visit(CREDIT_ROLES, 404, kwargs={"promise": "0"}, method="post"),
        ]
        for act in ("replace", "cancel")
    },
    "invoices/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "invoices/hand-over/": [
        Visit(EVERYONE, 405),
        Visit(frozenset({"finance"}), 302, method="post"),
    ],
    "invoices/answers/": [
        Visit(EVERYONE, 405),
        Visit(frozenset({"finance"}), 422, method="post"),
    ],
    "invoices/export/<slug:kind>/": [Visit(NO_AGENTS, kwargs={"kind": "csv"})],
    "invoices/<int:number>/": [Visit(CUSTOMER_ROLES, 404, kwargs={"number": "0"})],
    "invoices/<int:number>/red-letter/": [
        Visit(CREDIT_ROLES, 404, kwargs={"number": "0"}),
        Visit(CREDIT_ROLES, 404, kwargs={"number": "0"}, method="post"),
    ],
    "invoices/<int:number>/<slug:act>/": [
        Visit(allowed, 404, method=method, kwargs={"number": "0", "act": act})
        for method in ("get", "post")
        for act, allowed in (
            ("issue", frozenset({"finance"})),
            ("fail", frozenset({"finance"})),
            ("confirmation", frozenset({"finance"})),
            ("cancel", CREDIT_ROLES),
            ("deliver", CREDIT_ROLES),
        )
    ],
    "customers/<int:pk>/invoices/new/": [
        Visit(CREDIT_ROLES),
        Visit(CREDIT_ROLES, answer=422, method="post"),
    ],
    "receipts/": [Visit(frozenset({"finance"})), Visit(EVERYONE, 405, method="post")],
    "receipts/<int:receipt_id>/apply/": [
        Visit(EVERYONE, 405, kwargs={"receipt_id": "0"}),
        Visit(frozenset({"finance"}), 404, kwargs={"receipt_id": "0"}, method="post"),
    ],
    "receipts/<int:receipt_id>/refund/": [
        Visit(frozenset({"finance"}), 404, kwargs={"receipt_id": "0"}),
        Visit(frozenset({"finance"}), 404, kwargs={"receipt_id": "0"}, method="post"),
    ],
    "bank/": [Visit(frozenset({"finance"})), Visit(EVERYONE, 405, method="post")],
    "bank/upload/": [
        Visit(EVERYONE, 405),
        Visit(frozenset({"finance"}), 422, method="post"),
    ],
    "bank/book/": [Visit(EVERYONE, 405), Visit(frozenset({"finance"}), 302, method="post")],
    "bank/<int:line_id>/": [
        Visit(frozenset({"finance"}), 404, kwargs={"line_id": "0"}),
        Visit(frozenset({"finance"}), 404, kwargs={"line_id": "0"}, method="post"),
    ],
    "bank/<int:line_id>/back/": [
        Visit(EVERYONE, 405, kwargs={"line_id": "0"}),
        Visit(frozenset({"finance"}), 404, kwargs={"line_id": "0"}, method="post"),
    ],
    "lines/<int:line_id>/write-off/": [
        Visit(CREDIT_ROLES, 404, kwargs={"line_id": "0"}),
        Visit(CREDIT_ROLES, 404, kwargs={"line_id": "0"}, method="post"),
    ],
    "receipts/new/": [
        Visit(frozenset({"finance"})),
        Visit(frozenset({"finance"}), answer=422, method="post"),
    ],
    "receipts/desk/": [
        Visit(frozenset({"finance"})),
        Visit(frozenset({"finance"}), answer=422, method="post"),
    ],
    "receipts/guesses/": [Visit(frozenset({"finance"}))],
    "receipts/preview/": [Visit(frozenset({"finance"}))],
    "receipts/customers/": [Visit(frozenset({"finance"}), data={"q": "canary"})],
    "receipts/<int:receipt_id>/reverse/": [
        Visit(frozenset({"finance"}), 404, kwargs={"receipt_id": "0"}),
        Visit(frozenset({"finance"}), 404, kwargs={"receipt_id": "0"}, method="post"),
    ],
    "receipts/<int:receipt_id>/move/": [
        Visit(frozenset({"finance"}), 404, kwargs={"receipt_id": "0"}),
        Visit(frozenset({"finance"}), 404, kwargs={"receipt_id": "0"}, method="post"),
    ],
    "receipts/export/<slug:kind>/": [Visit(frozenset({"finance"}), kwargs={"kind": "csv"})],
    "receipts/<int:receipt_id>/undo/": [
        Visit(EVERYONE, 405, kwargs={"receipt_id": "0"}),
        Visit(frozenset({"finance"}), 404, kwargs={"receipt_id": "0"}, method="post"),
    ],
    "customers/new/": [
        Visit(MANAGERS),
        Visit(MANAGERS, answer=422, method="post", data={"name": ""}),
    ],
    "customers/<int:pk>/edit/": [
        Visit(MANAGERS),
        Visit(MANAGERS, answer=422, method="post", data={"name": ""}),
    ],
    "customers/openings/": [Visit(HEADS)],
    "customers/<int:pk>/contacts/new/": [
        Visit(MANAGERS),
        Visit(MANAGERS, answer=422, method="post", data={"name": ""}),
    ],
    "customers/<int:pk>/contacts/<int:number>/": [_of_contact(CUSTOMER_ROLES)],
    **{
        f"customers/<int:pk>/contacts/<int:number>/{act}/": [
            _of_contact(allowed),
            _of_contact(allowed, method="post"),
        ]
        for act, allowed in (
            *((act, MANAGERS) for act in ("edit", "leave", "open", "private", "tie", "knows")),
            *((act, HEADS) for act in ("export", "erase")),
        )
    },
    **{
        f"customers/<int:pk>/contacts/<int:number>/{act}/": [
            Visit(EVERYONE, 405, kwargs={"number": "0", "other": "0", "colleague": "0"}),
            _of_contact(MANAGERS, method="post", other="0", colleague="0"),
        ]
        for act in (
            "back",
            "part",
            "join/<int:other>",
            "estrange/<int:other>",
            "untie/<int:colleague>",
        )
    },
    "customers/<int:pk>/credit/facts/<slug:topic>/": [
        Visit(CREDIT_ROLES, kwargs={"topic": "funds"}),
        Visit(CREDIT_ROLES, 422, method="post", kwargs={"topic": "funds"}),
        Visit(CREDIT_ROLES, 404, kwargs={"topic": "nonsense"}),
    ],
    "customers/<int:pk>/credit/<slug:kind>/new/": [
        *(Visit(CREDIT_ROLES, kwargs={"kind": kind}) for kind in CREDIT_PARTS),
        *(Visit(CREDIT_ROLES, 422, method="post", kwargs={"kind": kind}) for kind in CREDIT_PARTS),
        Visit(CREDIT_ROLES, 404, kwargs={"kind": "nonsense"}),
    ],
    "customers/<int:pk>/credit/<slug:kind>/<int:row>/": [
        Visit(CREDIT_ROLES, 404, kwargs={"kind": kind, "row": "0"}) for kind in CREDIT_PARTS
    ],
    "customers/<int:pk>/credit/accounts/<int:row>/number/": [
        Visit(CREDIT_ROLES, 404, kwargs={"row": "0"}),
        Visit(CREDIT_ROLES, 404, method="post", kwargs={"row": "0"}),
    ],
    **{
        f"customers/<int:pk>/credit/{act}/": [
            Visit(CREDIT_ROLES),
            Visit(CREDIT_ROLES, 422, method="post", data={"signs": "nonsense"}),
        ]
        for act in ("limit", "signs", "review")
    },
    "credit/": [Visit(CREDIT_ROLES), Visit(EVERYONE, 405, method="post")],
    **{
        f"customers/<int:pk>/credit/{act}/": [
            Visit(CREDIT_ROLES - {"account_manager"}),
            Visit(CREDIT_ROLES - {"account_manager"}, 422, method="post"),
        ]
        for act in ("hold", "lift")
    },
    "customers/<int:pk>/credit/release/": [
        Visit(CREDIT_ROLES),
        Visit(CREDIT_ROLES, 422, method="post"),
    ],
    "customers/<int:pk>/files/new/": [
        Visit(CUSTOMER_ROLES - {"analyst"}),
        Visit(CUSTOMER_ROLES - {"analyst"}, 422, method="post", data={"kind": "other"}),
    ],
    "customers/<int:pk>/files/<int:row>/": [Visit(CUSTOMER_ROLES, 404, kwargs={"row": "0"})],
    "customers/<int:pk>/files/<int:row>/remove/": [
        Visit(frozenset(), refused=405, kwargs={"row": "0"}),
        Visit(CUSTOMER_ROLES - {"analyst"}, 404, method="post", kwargs={"row": "0"}),
    ],
    "segmentation/key-accounts/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "segmentation/key-accounts/export/": [Visit(NO_AGENTS)],
    "customers/<int:pk>/key-account/propose/": [Visit(WORKERS), Visit(WORKERS, 422, method="post")],
    "customers/<int:pk>/key-account/<int:naming>/end/": [
        Visit(WORKERS, 404, kwargs={"naming": "0"}),
        Visit(WORKERS, 404, method="post", kwargs={"naming": "0"}),
    ],
    "segmentation/overrides/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "customers/<int:pk>/tier/choose/": [Visit(WORKERS), Visit(WORKERS, 422, method="post")],
    "customers/<int:pk>/tier/<int:override>/end/": [
        Visit(frozenset(), refused=405, kwargs={"override": "0"}),
        Visit(WORKERS, 404, method="post", kwargs={"override": "0"}),
    ],
    "segmentation/policies/": [Visit(CUSTOMER_ROLES), Visit(EVERYONE, 405, method="post")],
    "customers/<int:pk>/policy/<slug:point>/": [
        Visit(WORKERS, kwargs={"point": "call_days"}),
        Visit(WORKERS, 404, kwargs={"point": "colour"}),
        Visit(WORKERS, 422, method="post", kwargs={"point": "call_days"}),
    ],
    "customers/<int:pk>/policy/<int:deviation>/end/": [
        Visit(frozenset(), refused=405, kwargs={"deviation": "0"}),
        Visit(WORKERS, 404, method="post", kwargs={"deviation": "0"}),
    ],
    "customers/<int:pk>/plans/edit/": [Visit(MANAGERS), Visit(MANAGERS, 422, method="post")],
    "customers/<int:pk>/plans/row/": [Visit(MANAGERS)],
    "customers/<int:pk>/plans/<int:plan>/": [Visit(CUSTOMER_ROLES, 404, kwargs={"plan": "0"})],
    "customers/<int:pk>/complaints/new/": [
        Visit(WORKERS),
        Visit(WORKERS, 422, method="post"),
    ],
    **{
        f"customers/<int:pk>/complaints/<int:complaint>/{act}/": [
            Visit(WORKERS, 404, kwargs={"complaint": "0"}),
            Visit(WORKERS, 404, method="post", kwargs={"complaint": "0"}),
        ]
        for act in ("answer", "solve")
    },
    "approvals/": [Visit(CUSTOMER_ROLES - {"analyst"})],
    "approvals/<int:approval>/": [
        Visit(CUSTOMER_ROLES - {"analyst"}, 404, kwargs={"approval": "0"}),
        Visit(CUSTOMER_ROLES - {"analyst"}, 404, method="post", kwargs={"approval": "0"}),
    ],
    "customers/<int:pk>/print/": [Visit(CUSTOMER_ROLES)],
    "customers/uscc/": [Visit(MANAGERS)],
    "customers/divisions/": [Visit(MANAGERS)],
    "customers/<int:pk>/profile/<slug:group>/": [
        Visit(MANAGERS, kwargs={"group": "business"}),
        Visit(MANAGERS, 404, kwargs={"group": "nonsense"}),
        Visit(
            MANAGERS,
            answer=422,
            method="post",
            data={"employees": "x"},
            kwargs={"group": "business"},
        ),
    ],
    "customers/<int:pk>/profile/<slug:group>/confirm/": [
        Visit(EVERYONE, 405, kwargs={"group": "business"}),
        Visit(MANAGERS, 302, method="post", kwargs={"group": "business"}),
    ],
    **{
        f"customers/<int:pk>/{rows}/new/": [
            Visit(MANAGERS),
            Visit(MANAGERS, answer=422, method="post"),
        ]
        for rows in ("shareholders", "addresses")
    },
    **{
        f"customers/<int:pk>/{rows}/<int:row>/": [
            Visit(MANAGERS, 404, kwargs={"row": "0"}),
            Visit(MANAGERS, 404, method="post", kwargs={"row": "0"}),
        ]
        for rows in ("shareholders", "addresses")
    },
    "segmentation/": [Visit(CUSTOMER_ROLES)],
    "segmentation/moves/export/": [Visit(NO_AGENTS, answer=404)],  # there are no two nights
    "segmentation/rules/": [Visit(EVERYONE)],
    "segmentation/rules/compare/": [
        Visit(EVERYONE, data={"before": "1", "after": "1"}),
        Visit(EVERYONE, answer=404),
    ],
    "segmentation/rules/new/": [
        Visit(RULE_MAKERS),
        Visit(RULE_MAKERS, answer=422, method="post"),
    ],
    "segmentation/rules/<int:version>/": [
        Visit(EVERYONE, kwargs={"version": "1"}),
        Visit(EVERYONE, 404, kwargs={"version": "0"}),
    ],
    "segmentation/rules/<int:version>/edit/": [
        Visit(RULE_MAKERS, 404, kwargs={"version": "1"}),  # no draft
        Visit(RULE_MAKERS, 404, method="post", kwargs={"version": "0"}),
    ],
    "segmentation/rules/<int:version>/simulation/": [
        Visit(EVERYONE, 404, kwargs={"version": "1"}),  # nobody has tried it
        Visit(RULE_MAKERS, 302, method="post", kwargs={"version": "1"}),  # in force: refused
    ],
    "segmentation/rules/<int:version>/simulation/export/": [
        Visit(NO_AGENTS, 404, kwargs={"version": "1"})
    ],
    **{
        f"segmentation/rules/<int:version>/{act}/": [
            Visit(RULE_MAKERS, 404, kwargs={"version": "1"}),  # nobody asks
            Visit(RULE_MAKERS, 422, method="post", kwargs={"version": "1"}),
        ]
        for act in ("activate", "send-back")
    },
    "segmentation/rules/<int:version>/take-back/": [
        Visit(EVERYONE, 404, kwargs={"version": "1"}),  # it waits for no day
    ],
    **{
        f"segmentation/rules/<int:version>/{act}/": [
            Visit(EVERYONE, 405, kwargs={"version": "1"}),
            Visit(RULE_MAKERS, 404, method="post", kwargs={"version": "0"}),
        ]
        for act in ("delete", "ask", "withdraw")
    },
    "surveys/": [Visit(CUSTOMER_ROLES)],
    "surveys/<path:code>/": [Visit(CUSTOMER_ROLES, answer=404, kwargs={"code": "none"})],
    "imports/": [Visit(IMPORTERS), Visit(IMPORTERS, answer=422, method="post")],
    "imports/blank/<str:kind>.<str:form>": [
        Visit(IMPORTERS, kwargs={"kind": "contracts", "form": "xlsx"})
    ],
    "imports/<int:number>/": [absent_upload()],
    "imports/<int:number>/columns/": [absent_upload(method="post")],
    "imports/<int:number>/check/": [absent_upload(method="post")],
    "imports/<int:number>/correct/": [absent_upload(method="post")],
    "imports/<int:number>/take/": [absent_upload(method="post")],
    "imports/<int:number>/undo/": [absent_upload(method="post")],
    "imports/<int:number>/discard/": [absent_upload(method="post")],
    "imports/<int:number>/files/<str:name>": [absent_upload(name="rejects.csv")],
    "access/": [
        Visit(ADMINISTRATOR),
        Visit(ADMINISTRATOR, data={"person": "alice", "code": "ACME"}),
        Visit(ADMINISTRATOR, answer=422, data={"person": "alice", "code": "none"}),
    ],
    "ownership/": [Visit(MANAGERS)],
    "ownership/handovers/new/": [
        Visit(HEADS, data={"manager": "alice"}),
        Visit(HEADS, answer=404),
        Visit(HEADS, answer=404, method="post"),
    ],
    "ownership/handovers/<int:handover>/": [Visit(MANAGERS, 404, kwargs={"handover": "0"})],
    "ownership/handovers/<int:handover>/accept/": [
        Visit(EVERYONE, 405, kwargs={"handover": "0"}),
        Visit(MANAGERS, 404, kwargs={"handover": "0"}, method="post"),
    ],
    "ownership/handovers/<int:handover>/withdraw/": [
        Visit(EVERYONE, 405, kwargs={"handover": "0"}),
        Visit(HEADS, 404, kwargs={"handover": "0"}, method="post"),
    ],
    "ownership/pool/": [Visit(MANAGERS)],
    "ownership/pool/<int:entry>/": [Visit(MANAGERS, 404, kwargs={"entry": "0"})],
    "ownership/pool/<int:entry>/claim/": [
        Visit(EVERYONE, 405, kwargs={"entry": "0"}),
        Visit(frozenset({"account_manager"}), 404, kwargs={"entry": "0"}, method="post"),
    ],
    "ownership/risk/": [Visit(HEADS)],
    "ownership/deputies/": [Visit(MANAGERS)],
    "ownership/deputies/new/": [Visit(MANAGERS), Visit(MANAGERS, answer=422, method="post")],
    "ownership/deputies/<int:deputy>/end/": [
        Visit(EVERYONE, 405, kwargs={"deputy": "0"}),
        Visit(MANAGERS, 404, kwargs={"deputy": "0"}, method="post"),
    ],
    "sign-out/": [Visit(EVERYONE, answer=405), Visit(EVERYONE, answer=302, method="post")],  # last
}

# What an administrator may do to each model of the administration, besides looking.
ADMIN_MODELS = {
    "api/apikey": "add",
    "api/callcount": "",
    "api/failedcall": "",
    "api/endpoint": "add",
    "api/delivery": "",
    "customers/filestandard": "",
    "contracts/lettertemplate": "",
    "core/jobrun": "",
    "core/version": "",
    "organization/orgunit": "add delete",
    "organization/department": "add delete",
    "customers/poolrule": "",
    "customers/managerlimit": "",
    "organization/authoritylimit": "add delete",
    "organization/calendarday": "add delete",
    "organization/deputy": "add delete",
    "organization/user": "add",
    "organization/securityevent": "",
    "organization/signintry": "",
    "segmentation/ruleset": "add",  # the one in force stays for good
    "segmentation/valuemodel": "",
    "surveys/survey": "add",
}


def administration(answer: int = 200, **options: Any) -> list[Visit]:
    """Administrators get the answer; everybody else is told that they may not."""
    return [
        Visit(ADMINISTRATOR, answer=answer, **options),
        Visit(frozenset(), method="post", **options),
    ]


def _of_model(acts: str) -> dict[str, list[Visit]]:
    """The routes of one model below its own address."""
    add = 200 if "add" in acts else 403
    delete = 200 if "delete" in acts else 403
    return {
        "": administration(),
        "add/": administration(add),
        "<path:object_id>/": administration(302),
        "<path:object_id>/change/": administration(),
        "<path:object_id>/history/": administration(),
        "<path:object_id>/delete/": administration(delete),
    }


ADMIN: dict[str, list[Visit]] = {
    "admin/": administration(),
    "admin/login/": administration(302),  # no page of its own
    "admin/logout/": [Visit(ADMINISTRATOR, answer=405)],
    "admin/password_change/": administration(302),  # to the product's own
    "admin/password_change/done/": administration(),
    "admin/autocomplete/": administration(403),  # without a field that may ask
    "admin/jsi18n/": administration(),
    "admin/r/<path:content_type_id>/<path:object_id>/": administration(
        404, kwargs={"content_type_id": "1", "object_id": "1"}
    ),
    "admin/(?P<url>.*)$": administration(404, path="admin/nonsense/"),
} | {
    f"admin/{model}/{suffix}": visits
    for model, acts in ADMIN_MODELS.items()
    for suffix, visits in _of_model(acts).items()
}


APP_LIST = re.compile(r"admin/\^\(\?P<app_label>([\w|]+)\)/\$")  # one page for each app


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every route the product answers, as patterns; the list of apps is one of them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)
