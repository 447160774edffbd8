"""What a file is by its content, whatever it is called: only what opens safely is kept."""

from pathlib import PurePosixPath
from typing import BinaryIO
from unicodedata import category
from zipfile import BadZipFile, ZipFile

LONGEST_NAME = 200
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_PART = {
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
}
SUFFIXES = {  # by type; the first is what a name without a fitting one gets
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    f"{_OFFICE}spreadsheetml.sheet": (".xlsx",),
    f"{_OFFICE}wordprocessingml.document": (".docx",),
}
_MACROS = "vbaproject.bin"
_MOST_PARTS = 5_000


def content_type(file: BinaryIO) -> str | None:
    """The type of a kept kind: PDF, PNG, JPEG, WebP, xlsx, docx; None for anything else.

    Workbooks and documents with macros are something else.
    """
    file.seek(0)
    head = file.read(12)
    file.seek(0)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return _office(file) if head.startswith(b"PK\x03\x04") else None


def _office(file: BinaryIO) -> str | None:
    try:
        names = ZipFile(file).namelist()
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    finally:
        file.seek(0)
    if len(names) > _MOST_PARTS or any(name.lower().endswith(_MACROS) for name in names):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for part, kind in _BY_PART.items() if part in names), None)


def safe_name(name: str, kind: str) -> str:
    """The name without folders and what cannot be seen, with a suffix that fits the type."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if category(sign)[0] != "C").strip(" .")
    path = PurePosixPath(shown or "file")
    fitting = path.suffix.lower() in SUFFIXES[kind]
    stem, suffix = (path.stem, path.suffix) if fitting else (path.name, SUFFIXES[kind][0])
    return stem[: LONGEST_NAME - len(suffix)] + suffix
