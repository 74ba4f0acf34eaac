"""What the pages for lists, badges and name plates share."""

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

PDF = "application/pdf"


def require(request: HttpRequest, *permissions: str) -> None:
    """Refuse who lacks a permission of this app, such as ``print_badge``."""
    for name in permissions:
        if not request.user.has_perm(f"participants.{name}"):
            raise PermissionDenied


def file_answer(content: bytes, name: str, content_type: str = PDF) -> HttpResponse:
    """Answer with a file that no cache keeps."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def log(request: HttpRequest, model: type[Model], what: str, details: str) -> None:
    """Note who took or made which paper; the names on it stay out."""
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        content_type=ContentType.objects.get_for_model(model),
        object_repr=what,
        action_flag=ADDITION,
        change_message=details,
    )
