"""The columns of the customer list: what stands in them and what they can be sorted by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.formats import NOTHING
from core.rules import rate
from core.templatetags import micro, ui
from customers.models import Prospect
from organization.models import User
from organization.permissions import Action, can
from workspace.credit.standing import use_tone
from workspace.health.words import TONES as HEALTH_TONES
from workspace.listing import Head, Line
from workspace.models import ListColumns

_BIGGEST_FIRST = {"revenue", "overdue"}
_FALLING, _RISING = Decimal("-0.05"), Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; the customer's name stands before them all."""

    name: str
    label: Any
    cell: Callable[[Line], object]
    sort: str = ""  # what its head sorts by; empty where it cannot be sorted by
    numeric: bool = False
    action: Action = Action.VIEW_CUSTOMERS  # whose figures it shows


def heads(columns: Iterable[Column], sort: str) -> list[Head]:
    """The heads of the list as it is sorted now, the customer's first."""
    first = Column("name", gettext_lazy("customer"), lambda line: line.customer.name, "name")
    return [
        Head(column.label, *_link(column.sort, sort), column.numeric)
        for column in (first, *columns)
    ]


def _link(name: str, sort: str) -> tuple[str, str]:
    if not name:
        return "", ""
    if sort.removeprefix("-") != name:
        return ("-" if name in _BIGGEST_FIRST else "") + name, ""
    return (name, "descending") if sort.startswith("-") else (f"-{name}", "ascending")


def offered(user: User) -> list[Column]:
    """All columns the person's role may see."""
    return [column for column in COLUMNS if can(user, column.action)]


def chosen(user: User) -> list[Column]:
    """The columns the person wants, in the order of the list; DEFAULT for who has not said."""
    kept = ListColumns.objects.filter(user=user).first()
    names = set(kept.columns) if kept else DEFAULT
    return [column for column in offered(user) if column.name in names]


def _dash() -> SafeString:
    return format_html('<span class="muted">{}</span>', NOTHING)


def _text(value: str) -> object:
    return value or _dash()


def _stage(line: Line) -> object:
    """How far winning a prospect has come."""
    customer = line.customer
    known: Prospect | None = getattr(customer, "prospect", None)
    if known is None and customer.status != customer.Status.PROSPECT:
        return _dash()
    return known.get_stage_display() if known else Prospect.Stage.CONTACTED.label


def _follow_up(line: Line) -> object:
    """The day; red when it has gone by."""
    day = line.customer.next_follow_up_on
    late = day is not None and day < timezone.localdate()
    return format_html('<span class="bad">{}</span>', ui.day(day)) if late else ui.day(day)


def _manager(line: Line) -> object:
    manager = line.customer.account_manager
    if manager is None:
        return _dash()
    return format_html('{}<span class="sr">{}</span>', ui.avatar(str(manager)), manager)


def _volume(line: Line) -> object:
    if not line.volumes:
        return _dash()
    return micro.spark(line.volumes, _tone(line.growth), _volume_label(line))


def _volume_label(line: Line) -> str:
    """The picture in words: where it began, where it ends."""
    message = _("shipments a month, from {first} to {last}")
    return message.format(first=line.volumes[0], last=line.volumes[-1])


def _tone(growth: Decimal | None) -> str:
    if growth is None or _FALLING < growth < _RISING:
        return "muted"
    return "ok" if growth > 0 else "bad"


def _amounts(amounts: list[tuple[Decimal, str]], css: str = "md") -> object:
    if not amounts:
        return _dash()
    return format_html_join(
        " ", '<span class="{}">{}</span>', ((css, ui.money(*amount)) for amount in amounts)
    )


def _owed(line: Line) -> object:
    """What is owed, and how much of the limit is used, as credit is judged."""
    credit = line.credit
    if not line.owed or credit is None or not credit.credit_limit or credit.used is None:
        return _amounts(line.owed)
    return format_html(
        '<span class="lim" title="{}">{}{}</span>',
        _("of the limit of {amount}").format(amount=_limit(credit.credit_limit)),
        _amounts(line.owed),
        micro.meter(credit.used, 1, use_tone(credit.used, credit.reasons), _used(credit.used)),
    )  # fmt: skip


def _limit(limit: Decimal) -> str:
    return f"{limit:,.2f} {settings.COMPANY_CURRENCY}"


def _used(used: Decimal) -> str:
    return _("{share} of the limit").format(share=f"{round(used * 100)}%")


def _health(line: Line) -> object:
    """The grade in its colour, with the score."""
    customer, score = line.customer, line.figures.health_score
    if not customer.health or score is None:
        return _dash()
    # Rounded down: 75.6 is yellow, and 76 would not be.
    word = f"{customer.get_health_display()} {int(score)}"
    return ui.chip(HEALTH_TONES[customer.health], word)


def _completeness(score: int | None) -> object:
    return _dash() if score is None else f"{score}%"


COLUMNS = (
    Column("code", gettext_lazy("code"), lambda line: line.customer.code, "code"),
    Column("tier", gettext_lazy("tier"), lambda line: ui.tier(line.customer.tier)),
    Column("abc", gettext_lazy("ABC class"), lambda line: _text(line.customer.abc_class)),
    Column(
        "grade",
        gettext_lazy("value grade"),
        lambda line: _text(line.customer.get_value_grade_display()),
    ),
    Column(
        "key_account",
        gettext_lazy("key-account kind"),
        lambda line: _text(line.customer.get_key_account_kind_display()),
    ),
    Column(
        "lifecycle",
        gettext_lazy("lifecycle"),
        lambda line: _text(line.customer.get_lifecycle_display()),
    ),
    Column("health", gettext_lazy("health"), _health, "health"),
    Column("status", gettext_lazy("status"), lambda line: line.customer.get_status_display()),
    Column("stage", pgettext_lazy("of a prospect", "stage"), _stage),
    Column("follow_up", gettext_lazy("next follow-up"), _follow_up, "follow_up", numeric=True),
    Column("industry", gettext_lazy("industry"), lambda line: _text(line.customer.industry)),
    Column("city", gettext_lazy("city"), lambda line: _text(line.customer.city)),
    Column(
        "file",
        gettext_lazy("file completeness"),
        lambda line: _completeness(line.figures.file_score),
        "file",
        numeric=True,
    ),
    Column("tags", gettext_lazy("tags"), lambda line: _text(", ".join(line.customer.tags))),
    Column("volume", gettext_lazy("volume 12 m"), _volume),
    Column(
        "revenue",
        gettext_lazy("revenue 12 m"),
        lambda line: format_html('<span class="md">{}</span>', ui.money(line.revenue)),
        "revenue",
        numeric=True,
    ),
    Column("growth", gettext_lazy("growth"), lambda line: ui.delta(line.growth), numeric=True),
    Column(
        "margin",
        gettext_lazy("margin 12 m"),
        lambda line: ui.money(line.figures.margin),
        numeric=True,
        action=Action.VIEW_MARGIN,
    ),
    Column("owed", gettext_lazy("owed / limit"), _owed, numeric=True),
    Column(
        "overdue",
        gettext_lazy("overdue"),
        lambda line: _amounts(line.overdue, "bad md"),
        "overdue",
        numeric=True,
    ),
    Column(
        "collected",
        gettext_lazy("collection rate"),
        lambda line: ui.share(_rate(line.figures.collected, line.figures.due)),
        numeric=True,
    ),
    Column(
        "on_time",
        gettext_lazy("on time"),
        lambda line: ui.share(_rate(line.figures.on_time, line.figures.promised)),
        numeric=True,
    ),
    Column(
        "last",
        gettext_lazy("last shipment"),
        lambda line: ui.day(line.last_shipment),
        numeric=True,
    ),
    Column("unit", gettext_lazy("unit"), lambda line: line.customer.org_unit.name),
    Column("manager", pgettext_lazy("column", "manager"), _manager),
)
DEFAULT = {
    "code", "tier", "health", "volume", "revenue", "growth", "owed", "overdue", "last", "manager",
}  # fmt: skip


def _rate(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else rate(part, whole)
