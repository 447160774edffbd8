"""A table as a file that the browser keeps."""

from io import BytesIO

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from core.tables.write import Columns, Rows, iter_csv, write_stream

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
    return HttpResponse(
        content.getvalue(),
        content_type=CONTENT_TYPES[table_format],
        headers=_kept_as(f"{name}.{table_format}"),
    )


def streamed(columns: Columns, rows: Rows, name: str) -> StreamingHttpResponse:
    """The rows as `name`.csv, read while the answer is sent; for tables of any length."""
    return StreamingHttpResponse(
        (piece.encode() for piece in iter_csv(columns, rows, bom=True)),
        content_type=CONTENT_TYPES["csv"],
        headers=_kept_as(f"{name}.csv"),
    )


def _kept_as(file_name: str) -> dict[str, str]:
    header = content_disposition_header(as_attachment=True, filename=file_name)
    return {"Content-Disposition": str(header)}
