"""Somebody at the import page, and the worker behind it."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from organization.models import User
from workspace.models import Upload
from workspace.uploads import work

GOOD = "code,name,org_unit,city\nACME,Acme Ltd,EAST-1,武汉\nNEW,New Ltd,EAST-1,上海\n"


class Person:
    """Somebody at the import page."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user)

    def upload(self, content: str | bytes, name: str = "table.csv", kind: str = "") -> HttpResponse:
        data = content.encode() if isinstance(content, str) else content
        file = SimpleUploadedFile(name, data)
        return self.client.post("/imports/", {"file": file, "kind": kind})

    def brings(self, content: str | bytes, name: str = "table.csv", kind: str = "") -> Upload:
        response = self.upload(content, name, kind)
        assert response.status_code == 302, response.context["error"]
        return self.latest()

    def latest(self) -> Upload:
        return Upload.objects.filter(user=self.user).latest("pk")

    def look(self, upload: Upload, query: str = "") -> str:
        response = self.client.get(f"/imports/{upload.pk}/{query}")
        assert response.status_code == 200
        return response.content.decode()

    def post(self, upload: Upload, step: str, **data: str) -> Upload:
        response = self.client.post(f"/imports/{upload.pk}/{step}/", data)
        assert response.status_code == 302
        upload.refresh_from_db()
        return upload

    def says_columns(self, upload: Upload, *columns: str, kind: str = "") -> Upload:
        names = columns or [name or "" for name in upload.columns]
        data = {f"column-{number}": name for number, name in enumerate(names)}
        return self.post(upload, "columns", kind=kind or upload.kind, **data)

    def checks(self, upload: Upload, *columns: str, kind: str = "") -> Upload:
        self.says_columns(upload, *columns, kind=kind)
        return worked(upload)

    def takes(self, upload: Upload, rows: str = "all") -> Upload:
        return worked(self.post(upload, "take", rows=rows))

    def file(self, upload: Upload, name: str) -> bytes:
        response = self.client.get(f"/imports/{upload.pk}/files/{name}")
        assert response.status_code == 200
        return b"".join(response.streaming_content)


def worked(upload: Upload) -> Upload:
    """What the worker makes of it."""
    work.work_on(upload.pk)
    upload.refresh_from_db()
    return upload


def counts(upload: Upload) -> tuple[int | None, ...]:
    return (upload.created, upload.updated, upload.unchanged, upload.rejected)
