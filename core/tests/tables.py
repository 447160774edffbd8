"""What the tests of tables share: a small kind, and workbooks made by hand."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.tables import fields
from core.tables.read import open_table
from core.tables.rows import RawRow
from core.tables.schema import Column, Schema


class Size(TextChoices):
    """A choice whose labels are translated."""

    SMALL = "s", _("Monday")
    LARGE = "l", _("Sunday")


PARCELS = Schema(
    "parcels",
    (
        Column("code", _("Kode"), fields.code(), required=True),
        Column("name", _("April"), fields.text()),  # Django itself translates the months
        Column("size", _("May"), fields.choice(Size, empty="s")),
        Column("price", _("June"), fields.money(minimum=0)),
        Column("sent_on", _("July"), fields.date()),
        Column("sent_at", _("August"), fields.datetime()),
        Column("fragile", _("October"), fields.boolean()),
        Column("notes", _("November"), fields.long_text()),
        Column("pieces", _("December"), fields.integer()),
    ),
    key=("code",),
)


def read_all(path: Path) -> tuple[list[str], list[RawRow]]:
    """The header and all rows of a file."""
    with open_table(path) as table:
        return table.header, list(table.rows)


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEADER_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>'


def raw_workbook(path: Path, rows: Iterable[str], strings: Iterable[str] = ()) -> Path:
    """Write an XLSX file from pieces of XML, as somebody hostile would."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/xl/{name}.xml" ContentType="{_SHEET_ML}.{kind}+xml"/>'
            for name, kind in (
                ("workbook", "sheet.main"),
                ("worksheets/sheet1", "worksheet"),
                ("sharedStrings", "sharedStrings"),
            )
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_LINKS}">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for piece in rows:
                part.write(piece.encode())
            part.write(b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w") as part:
            part.write(f'<sst xmlns="{_MAIN}">'.encode())
            for piece in strings:
                part.write(piece.encode())
            part.write(b"</sst>")
    return path
