"""Downloads of what a list of registrations shows."""

from tempfile import TemporaryFile

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils import timezone

from .. import exports
from ..models import Registration

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(
    request: HttpRequest, registrations: QuerySet[Registration], kind: str
) -> HttpResponseBase:
    """Answer with the registrations as a file; the admin's log says who took it."""
    _log(request, kind, registrations.count())
    name = f"registrations-{timezone.localtime():%Y%m%d-%H%M}.{kind}"
    response: HttpResponseBase
    if kind == "csv":
        chunks = exports.csv_chunks(registrations)
        response = StreamingHttpResponse(chunks, FORMATS[kind])
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        book = TemporaryFile()  # noqa: SIM115 (the response closes it)
        exports.write_xlsx(registrations, book)
        book.seek(0)
        response = FileResponse(
            book, as_attachment=True, filename=name, content_type=FORMATS[kind]
        )
    response["Cache-Control"] = "no-store"
    return response


def _log(request: HttpRequest, kind: str, count: int) -> None:
    """Note who exported, how many and by which filter; not what was searched for."""
    query = request.GET.copy()
    if query.pop("q", None):
        query["searched"] = "yes"
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        content_type=ContentType.objects.get_for_model(Registration),
        object_repr=f"export {kind}",
        action_flag=ADDITION,
        change_message=f"{count} registrations as {kind}: {query.urlencode()[:500]}",
    )
