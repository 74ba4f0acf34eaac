"""Issuing the list of participants, and making its files again."""

from datetime import datetime
from io import BytesIO

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Session

from ..exports.list_docx import write_list_docx
from ..exports.list_of_participants import Content, frozen, list_content
from ..models import Edition
from ..typesetting import typeset
from .places import lock_session

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@transaction.atomic
def issue_edition(
    session: Session,
    *,
    kind: str,
    by: User | None,
    audience: str = "everyone",
    marks_remote: bool = False,
) -> Edition:
    """Freeze the list as it stands now under the next number of its session.

    Raises ValidationError with code ``empty`` if nobody stands in it, ``final`` if a
    provisional edition would follow a final one.
    """
    session = lock_session(session.pk)
    last = session.editions.order_by("number").last()
    content = list_content(session, audience=audience, marks_remote=marks_remote)
    if not content["sections"]:
        raise ValidationError(_("Nobody stands in the list yet."), code="empty")
    if last and last.kind == Edition.Kind.FINAL and kind != Edition.Kind.FINAL:
        text = _("After a final edition only another final one can be issued.")
        raise ValidationError(text, code="final")
    edition = Edition(
        session=session,
        number=last.number + 1 if last else 1,
        kind=kind,
        issued_at=timezone.now(),
        issued_by=by,
    )
    edition.content = frozen(content, edition)
    edition.save(force_insert=True)
    return edition


def list_file(content: Content, file_format: str, *, at: datetime) -> bytes:
    """Make a list as ``docx`` or ``pdf``: the same bytes for the same arguments."""
    if file_format == "pdf":
        return typeset("list_of_participants", content, at=at)
    file = BytesIO()
    write_list_docx(content, file, at=at)
    return file.getvalue()
