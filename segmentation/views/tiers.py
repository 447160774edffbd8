"""The tiers of a night: counts, concentration, flow since another night, and who moved."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from core.context import acting
from core.formats import signed
from core.models import Version
from core.requests import PageRequest
from core.tables.download import streamed
from customers.models import Customer
from organization.access import confirm_first, user_who_may
from organization.models import User
from organization.permissions import UNIT_ROLES, Action, can, sees_all
from segmentation import charts, reports
from segmentation.exports import MOVES, move_cells
from segmentation.models import RuleSet
from segmentation.reports import key_accounts
from segmentation.rules.concentration import TOP, Concentration
from segmentation.rules.moves import ORDER, change, is_down, is_up


@require_safe
@vary_on_headers("HX-Request")
def tiers(request: PageRequest) -> HttpResponse:
    """The page; its movers when htmx filters them or asks for more."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    nights = reports.nights()
    night, before = _chosen(request, nights)
    context: dict[str, Any] = {"nights": nights, "night": night, "before": before}
    if night is None:
        return render(request, "segmentation/tiers.html", context)
    part = _part(request)
    way = reports.steps(user, before, night) if before else None
    if way is not None:
        context |= _movers(request, user, way)
    if part:
        return render(request, f"segmentation/tiers.html#{part}", context)
    found = reports.overview(user, night, way)
    context |= {
        "found": found,
        "scope": scope_label(user),
        "may_export": before is not None and can(user, Action.EXPORT),
        "flow": charts.tier_flow(found.flows, f"tier-flow-{night.business_date}"),
        "matrix": tier_matrix(found.flows),
        "key_accounts": _key_accounts(user),
    }
    context |= {
        "standing": reports.standing(user, night, before),
        "lifecycles": [(stage, Customer.Lifecycle(stage).label) for stage in reports.LIFECYCLES],
        **_shares(user, night),
    }
    basis = _basis(night)
    context |= _concentration(user, night, before, basis) | _retention(user, night, basis)
    return render(request, "segmentation/tiers.html", context)


@require_safe
@confirm_first(back="tiers")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The movers as CSV, with the filter of the page."""
    user = user_who_may(request, Action.EXPORT)
    night, before = _chosen(request, reports.nights())
    if night is None or before is None:
        raise Http404
    rows = _exported(user, night, before, _kind(request))
    return streamed(MOVES, rows, f"tier-moves-{before.business_date}-{night.business_date}")


def _exported(user: User, night: Version, before: Version, kind: str) -> Iterator[tuple[Any, ...]]:
    """Read while the answer is sent: in a transaction of its own, limited to the same person."""
    with acting(user_id=user.pk, actor=user.get_username()):
        for mover in reports.export_movers(user, night, before, kind):
            yield move_cells(mover, night, before)


def _chosen(request: HttpRequest, nights: list[Version]) -> tuple[Version | None, Version | None]:
    """The night asked for, else the current one; the other asked for, else the one before it."""
    by_date = {version.business_date: version for version in nights}
    night = by_date.get(_date(request, "night")) or next(
        (version for version in nights if version.is_current), None
    )
    if night is None:
        return None, None
    earlier = [one for one in nights if one.business_date < night.business_date]
    asked = by_date.get(_date(request, "before"))
    return night, asked if asked in earlier else next(iter(earlier), None)


def _date(request: HttpRequest, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return dt.date.min


def _part(request: PageRequest) -> str:
    """What of the page htmx asks for; "" for all of it."""
    if not request.htmx or "kind" not in request.GET:
        return ""
    return "rows" if request.GET.get("after") else "moves"


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in reports.KINDS else reports.KINDS[0]


def _movers(request: HttpRequest, user: User, way: reports.Steps) -> dict[str, Any]:
    kind = _kind(request)
    page = reports.movers(user, way, kind, request.GET.get("after", ""))
    chosen = f"night={way.night.business_date}&before={way.before.business_date}"
    return {
        "movers": page.rows,
        "kind": kind,
        "kinds": _kinds(user),
        "chosen": chosen,
        "next": f"?{chosen}&kind={kind}&after={page.next}" if page.next else "",
    }


def _kinds(user: User) -> list[tuple[str, str]]:
    words = {
        "all": _("All"),
        "risk": _("Into risk"),
        "up": pgettext("tiers", "Up"),
        "down": pgettext("tiers", "Down"),
        "mine": _("Mine"),
    }
    own_only = user.role not in UNIT_ROLES
    return [(kind, words[kind]) for kind in reports.KINDS if not (own_only and kind == "mine")]


def scope_label(user: User) -> str:
    """Whose customers the page counts."""
    if sees_all(user):
        return _("the whole company")
    if user.role in UNIT_ROLES and user.org_unit:
        return _("{unit} and the units below").format(unit=user.org_unit.name)
    return _("your own customers")


def _concentration(
    user: User, night: Version, before: Version | None, basis: str
) -> dict[str, Any]:
    """The curve and its figures; nothing where the value is a margin the person may not see."""
    if basis == "margin" and not can(user, Action.VIEW_MARGIN):
        return {"is_margin_hidden": True}
    now = reports.concentration_of(user, night)
    if now is None:
        return {}
    earlier = reports.concentration_of(user, before) if before else None
    return {
        "concentration": now,
        "top_share": now.share_of_top(TOP),
        "top_change": change(_top(now), _top(earlier)),
        "pareto": charts.pareto_curve(now, f"pareto-{night.business_date}"),
        "basis": basis,
    }


def _shares(user: User, night: Version) -> dict[str, Any]:
    """Whose customers these are, for who answers for more than one person's."""
    if user.role not in UNIT_ROLES and not sees_all(user):
        return {}
    units, managers = reports.shares(user, night)
    return {"units": units, "managers": managers}


def _retention(user: User, night: Version, basis: str) -> dict[str, Any]:
    """Who stayed, and how well the model of customer value told weeks it did not know."""
    model = reports.latest_model(night.business_date, basis)
    off = reports.told_off(model) if model else None
    return {
        "retention": reports.retention_of(user, night),
        "value_model": model,
        "told_off": "" if off is None else f"{signed(100 * off)}%",
    }


def _top(found: Concentration | None) -> Decimal | None:
    return found.share_of_top(TOP) if found else None


def _key_accounts(user: User) -> dict[str, int]:
    """How many candidates, requests and named ones there are among the person's customers."""
    customers = Customer.objects.visible_to(user).unmerged()
    return key_accounts.numbers(user, customers, timezone.localdate())


def _basis(night: Version) -> str:
    """What the classes' value is: revenue or margin."""
    rules = RuleSet.objects.filter(version=night.rule_version or 0).first()
    document = rules.document if rules else {}
    return str(document.get("abc", {}).get("basis", "revenue"))


def tier_matrix(flows: list[reports.Flow]) -> list[tuple[str, list[tuple[int, str]], int]]:
    """Rows before, columns now: count with its look, and the row's sum; without new and gone."""
    counts = {(one.before, one.tier): one.customers for one in flows}
    return [
        (
            old,
            [(counts.get((old, new), 0), _look(old, new)) for new in ORDER],
            sum(counts.get((old, new), 0) for new in ORDER),
        )
        for old in ORDER
    ]


def _look(old: str, new: str) -> str:
    if old == new:
        return "same"
    return "up" if is_up(old, new) else "down" if is_down(old, new) else ""
