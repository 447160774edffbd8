"""Files kept with customers: what is taken, who gets it, what is left when it is taken away."""

import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import History
from customers.models import Attachment, Customer, Qualification
from customers.rules.file_types import content_type, safe_name
from customers.services.files import MOST_MB, place, remove_orphans
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%scan\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Files of a test lie in a folder of its own."""
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


def office(part: str, *more: str) -> bytes:
    """A small workbook or document."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return target.getvalue()


def send(client: Client, customer: Customer, *files: tuple[str, bytes], **data: str):
    chosen = [SimpleUploadedFile(name, content) for name, content in files]
    fields = {"kind": "licence", **data, "chosen": chosen}
    return client.post(f"/customers/{customer.pk}/files/new/", fields)


@pytest.fixture
def alices(cast: Cast, client: Client) -> Client:
    """Alice's browser."""
    client.force_login(cast.alice)
    return client


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"0" * 9, "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (office("xl/workbook.xml"), "sheet"),
        (office("word/document.xml"), "document"),
        (office("xl/workbook.xml", "xl/vbaProject.bin"), None),
        (office("evil.exe"), None),
        (b"PK\x03\x04 broken", None),
        (b"MZ\x90\x00 a program", None),
        (b"<!doctype html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, kind: str | None):
    found = content_type(io.BytesIO(content))
    assert found is None if kind is None else (found or "").endswith(kind)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("营业执照 2026.pdf", "营业执照 2026.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\scans\\a.PDF", "a.PDF"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("a\r\nX-Evil: 1.pdf", "aX-Evil: 1.pdf"),
        ("...", "file.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_a_name_loses_folders_and_what_cannot_be_seen(name: str, kept: str):
    assert safe_name(name, "application/pdf") == kept


def test_files_come_back_byte_for_byte_and_never_as_a_page(alices: Client, cast: Cast):
    answer = send(alices, cast.acme, ("营业执照.pdf", PDF), ("door.png", PNG))
    assert answer.status_code == 302
    kept = Attachment.objects.get(name="营业执照.pdf")
    got = alices.get(f"/customers/{cast.acme.pk}/files/{kept.pk}/")
    assert b"".join(got.streaming_content) == PDF
    assert got["Content-Type"] == "application/pdf"
    assert got["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E8%90%A5")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].startswith("sandbox")
    page = alices.get(f"/customers/{cast.acme.pk}/files/").content.decode()
    assert "营业执照.pdf" in page
    assert "door.png" in page
    assert 'Files <span class="n">2</span>' in page


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bill.pdf", b"<html><script>alert(1)</script></html>", "none of PDF"),
        ("bill.pdf", PDF + b"0" * (21 * 1024 * 1024), f"larger than {MOST_MB} MB"),
        ("bill.pdf", b"", "is empty"),
    ],
)
def test_what_is_disguised_too_large_or_empty_is_refused(
    alices: Client, cast: Cast, folder: Path, name: str, content: bytes, said: str
):
    answer = send(alices, cast.acme, ("good.png", PNG), (name, content))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Attachment.objects.exists()
    assert list(folder.glob("*/*")) == []


def test_another_branch_gets_the_same_404_as_for_nothing(alices: Client, cast: Cast):
    send(alices, cast.acme, ("a.pdf", PDF))
    kept = Attachment.objects.get()
    alices.force_login(cast.wendy)
    path = f"/customers/{cast.acme.pk}/files/{kept.pk}/"
    theirs = [alices.get(path), alices.post(f"{path}remove/"), send(alices, cast.acme, ("b", PDF))]
    assert [answer.status_code for answer in theirs] == [404, 404, 404]
    through_own = alices.get(f"/customers/{cast.wolf.pk}/files/{kept.pk}/")
    assert through_own.status_code == 404
    assert Attachment.objects.get() == kept


def test_statements_are_for_who_sees_the_credit(alices: Client, cast: Cast):
    send(alices, cast.acme, ("year.pdf", PDF), kind="statement")
    kept = Attachment.objects.get()
    alices.force_login(cast.sam)
    assert alices.get(f"/customers/{cast.acme.pk}/files/{kept.pk}/").status_code == 404
    assert "year.pdf" not in alices.get(f"/customers/{cast.acme.pk}/files/").content.decode()
    assert send(alices, cast.acme, ("b.pdf", PDF), kind="statement").status_code == 422


def test_a_file_belongs_to_no_qualification_of_somebody_else(alices: Client, cast: Cast):
    foreign, own = (
        Qualification.objects.create(customer=each, name="x", source="x", as_of="2026-01-01")
        for each in (cast.bolt, cast.acme)
    )
    refused = send(alices, cast.acme, ("a.pdf", PDF), qualification=str(foreign.pk))
    assert refused.status_code == 422
    send(alices, cast.acme, ("a.pdf", PDF), qualification=str(own.pk))
    assert Attachment.objects.get().qualification == own


def test_what_is_taken_away_leaves_its_name_in_the_history(
    alices: Client, cast: Cast, django_capture_on_commit_callbacks
):
    send(alices, cast.acme, ("a.pdf", PDF))
    kept = Attachment.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        answer = alices.post(f"/customers/{cast.acme.pk}/files/{kept.pk}/remove/")
    assert answer.status_code == 302
    assert not place(kept.token).exists()
    stone = History.objects.get(table_name="customers_attachment", operation="D")
    assert stone.changes["name"] == ["a.pdf", None]
    assert stone.actor_id == cast.alice.pk


def test_files_without_a_row_are_removed_after_a_day(alices: Client, cast: Cast, folder: Path):
    send(alices, cast.acme, ("a.pdf", PDF))
    kept = place(Attachment.objects.get().token)
    lost, fresh = folder / "aa" / ("a" * 32), folder / "bb" / ("b" * 32)
    for path in (lost, fresh):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(PDF)
    before = time.time() - 2 * 24 * 3600
    for path in (kept, lost):
        os.utime(path, (before, before))
    assert remove_orphans() == 1
    assert [path.exists() for path in (kept, lost, fresh)] == [True, False, True]
