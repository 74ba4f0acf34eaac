"""How staff open stored files in the admin: through the views that ask who they are."""

from typing import Any

from django.contrib.admin.widgets import AdminFileWidget
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from .models import Document, Session, Speaker
from .public_page import PREVIEW

GUARDED: dict[type[Model], str] = {
    Session: "sessions:cover",
    Speaker: "sessions:photo",
    Document: "sessions:document",
}


class StoredFile:
    """What the admin shows of a stored file: its name, and where staff may open it.

    Nothing is served under the address that the storage would give.
    """

    def __init__(self, file: FieldFile) -> None:
        self._name = file.name or ""
        view, row = GUARDED[type(file.instance)], file.instance.pk
        self.url = f"{reverse(view, args=[row])}?{PREVIEW}" if row else ""

    def __str__(self) -> str:
        return self._name


class StoredFileWidget(AdminFileWidget):
    def format_value(self, value: Any) -> Any:
        return StoredFile(value) if self.is_initial(value) else None
