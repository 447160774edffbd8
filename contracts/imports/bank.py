"""A bank's statement of our account as a table: its rows as values of bank lines.

Banks call their columns as they like: the usual names of Chinese banks and English ones are known,
others are left out. Money stands in one column with a sign, or in one for each direction.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.tables import fields
from core.tables.errors import CellError, TableError
from core.tables.read import open_table
from core.tables.rows import RawRow
from core.tables.text_cells import folded, listed

MOST_ROWS = 20_000
_ERRORS_TOLD = 5
_NAMES: Mapping[str, tuple[str, ...]] = {
    "booked_on": (
        "交易日期", "记账日期", "入账日期", "交易时间", "日期", "booked_on", "date", "booking date",
    ),
    "reference": (
        "流水号", "交易流水号", "银行流水号", "核心流水号", "业务参考号", "凭证号", "reference",
        "transaction id",
    ),
    "credit": ("贷方发生额", "贷方金额", "收入金额", "收入", "credit"),
    "debit": ("借方发生额", "借方金额", "支出金额", "支出", "debit"),
    "amount": ("交易金额", "发生额", "金额", "amount"),
    "currency": ("币种", "币别", "currency"),
    "payer_name": (
        "对方户名", "对方名称", "对方单位", "付款人", "付款人名称", "payer", "payer_name",
        "counterparty",
    ),
    "payer_account": (
        "对方账号", "对方帐号", "付款人账号", "payer_account", "counterparty account",
    ),
    "text": ("摘要", "用途", "附言", "备注", "text", "details", "remark"),
}  # fmt: skip
_WORDS = {folded(word): name for name, words in _NAMES.items() for word in words}
_REQUIRED = ("booked_on", "reference")
_LONGEST = {"payer_name": 200, "payer_account": 60, "text": 500}


def read_bank_statement(path: Path) -> list[dict[str, Any]]:
    """The rows of a statement (CSV or XLSX); TableError says where it cannot be taken, all or none.

    Rows without money in either direction are passed over: banks write opening balances so.
    """
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    with open_table(path) as table:
        places = _places(table.header)
        for raw in table.rows:
            try:
                rows += _row(raw, places)
            except CellError as error:
                problems.append(_("line {line}: {error}").format(line=raw.line, error=error))
            if len(rows) > MOST_ROWS or len(problems) == _ERRORS_TOLD:
                break
    if len(rows) > MOST_ROWS:
        raise TableError(_("a statement has at most {n} rows").format(n=MOST_ROWS))
    if problems:
        raise TableError(_("; ").join(problems))
    _refuse_doubled(rows)
    return rows


def _places(header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands; the first of two that say the same."""
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        if (name := _WORDS.get(folded(cell))) is not None:
            places.setdefault(name, place)
    missing = [name for name in _REQUIRED if name not in places]
    if not {"credit", "amount"} & set(places):
        missing.append("amount")
    if missing:
        wanted = listed(_NAMES[name][0] + " / " + name for name in missing)
        raise TableError(_("missing columns: {names}").format(names=wanted))
    return places


def _row(raw: RawRow, places: Mapping[str, int]) -> list[dict[str, Any]]:
    cells = {name: raw.cells[place].strip() if place < len(raw.cells) else ""
             for name, place in places.items()}  # fmt: skip
    signed = _money(cells.get("credit", "")) - _money(cells.get("debit", ""))
    signed = signed or _money(cells.get("amount", ""))
    if not signed:
        return []
    if not cells["reference"]:
        raise CellError(_("the bank reference is empty"))
    return [
        {
            "booked_on": fields.date().parse(_day(cells["booked_on"])),
            "reference": fields.code().parse(cells["reference"]),
            "amount": abs(signed),
            "is_incoming": signed > 0,
            "currency": _currency(cells.get("currency", "")),
        }
        | {name: cells.get(name, "")[:length] for name, length in _LONGEST.items()}
    ]


def _money(cell: str) -> Decimal:
    text = cell.replace(",", "").replace("，", "").removeprefix("+").lstrip("¥￥")
    found: Decimal | None = fields.money().parse(text) if text else None
    return found or Decimal(0)


def _day(cell: str) -> str:
    """The day of a date with or without time, also written as 20260302."""
    day = cell.partition(" ")[0].partition("T")[0]
    if len(day) == 8 and day.isascii() and day.isdigit():
        return f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return day


def _currency(cell: str) -> str:
    if not cell or cell in {"人民币", "RMB"}:
        return str(settings.COMPANY_CURRENCY)
    return str(fields.currency().parse(cell.upper()))


def _refuse_doubled(rows: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row["reference"] in seen:
            message = _("bank reference {reference} stands in the file twice")
            raise TableError(message.format(reference=row["reference"]))
        seen.add(row["reference"])
