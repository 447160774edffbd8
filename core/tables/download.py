"""A table as a file that the browser keeps."""

from io import BytesIO

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from core.tables.write import Columns, Rows, write_stream

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FOR_EXCEL = b"\xef\xbb\xbf"  # without the mark it takes a CSV for the encoding of the machine


def download(table_format: str, columns: Columns, rows: Rows, name: str) -> HttpResponse:
    """The rows as `name`.csv or `name`.xlsx; for tables that fit in memory."""
    content = BytesIO()
    content.write(_FOR_EXCEL if table_format == "csv" else b"")
    write_stream(table_format, columns, rows, content)
    file_name = content_disposition_header(as_attachment=True, filename=f"{name}.{table_format}")
    return HttpResponse(
        content.getvalue(),
        content_type=CONTENT_TYPES[table_format],
        headers={"Content-Disposition": str(file_name)},
    )
