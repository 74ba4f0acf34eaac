"""Exports: who takes what is noted; large ones are prepared by the worker."""

import logging
from array import array
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from uuid import uuid4

from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from .. import exports
from ..models import ExportChoice, ExportJob, JobState, Registration
from ..models.export_job import pack_keys
from .jobs import LostLeaseError, Progress, claim, put_back, renew, settle

Facts = Sequence[tuple[str, str]]

logger = logging.getLogger(__name__)


def log_export(user: User, kind: str, count: int, query: str) -> None:
    """Note who took how many in which format; ``query`` holds nothing searched for."""
    LogEntry.objects.create(
        user_id=user.pk,
        content_type=ContentType.objects.get_for_model(Registration),
        object_repr=f"export {kind}",
        action_flag=ADDITION,
        change_message=f"{count} registrations as {kind}: {query[:500]}",
    )


def remember_choice(user: User, kind: str, columns: Iterable[str]) -> None:
    """Keep columns and format for the next export of this person."""
    ExportChoice.objects.update_or_create(
        user=user, defaults={"format": kind, "columns": list(columns)}
    )


def last_choice(user: User) -> tuple[str, list[str]]:
    """Return format and columns this person took last, else those of everybody."""
    choice = ExportChoice.objects.filter(user=user).first()
    default = [column.key for column in exports.COLUMNS]
    if choice is None:
        return "xlsx", default
    known = {column.key for column in [*exports.COLUMNS, *exports.MORE]}
    columns = [key for key in choice.columns if key in known]
    kind = choice.format if choice.format in exports.FORMATS else "xlsx"
    return kind, columns or default


@transaction.atomic
def queue_export(
    registrations: QuerySet[Registration],
    *,
    by: User,
    kind: str,
    columns: Sequence[str],
    facts: Facts,
) -> ExportJob:
    """Have the worker write these rows, as they are listed now, for one person."""
    keys = array("q", registrations.values_list("pk", flat=True).iterator())
    return ExportJob.objects.create(
        by=by,
        format=kind,
        columns=list(columns),
        facts=[list(fact) for fact in facts],
        keys=pack_keys(keys),
        total=len(keys),
        language=translation.get_language() or "en",
    )


def run_exports() -> int:
    """Write the next export that waits; return how many were taken, 0 or 1."""
    job = claim(ExportJob)
    if job is None:
        return 0
    try:
        _write(job)
    except LostLeaseError:
        logger.info("Export %s is not ours any more.", job.pk)
    except DatabaseError:
        raise  # the worker knows what to do
    except Exception:  # one that breaks must not stop the mails
        logger.exception("Export %s broke off.", job.pk)
        put_back(job)
    return 1


def _write(job: ExportJob) -> None:
    rows = exports.KeyedRows(job.row_keys(), Progress(job))
    columns = exports.choose(job.columns)
    facts = [(name, value) for name, value in job.facts]
    storage = job.file.storage
    if job.file.name:  # what a worker that died has left
        storage.delete(job.file.name)
    job.file.name = f"exports/{uuid4()}.{exports.FORMATS[job.format].ending}"
    with TemporaryFile() as temporary, translation.override(job.language):
        count = exports.write(job.format, rows, temporary, columns, facts)
        temporary.seek(0)
        renew(job, count, file=job.file.name)  # known before it is there
        storage.save(job.file.name, File(temporary))
    _only_for_owner(job)
    try:
        settle(
            job,
            JobState.DONE,
            done=count,
            total=count,
            keys=b"",
            expires_at=timezone.now() + timedelta(hours=settings.EXPORT_HOURS),
        )
    except LostLeaseError:
        storage.delete(job.file.name)
        raise


def _only_for_owner(job: ExportJob) -> None:
    """Let nobody else of this machine read the file, where it lies on this machine."""
    try:
        path = Path(job.file.path)
    except NotImplementedError:
        return
    path.chmod(0o600)


def delete_export(job: ExportJob) -> None:
    """Stop an export and take its file away; safe to repeat."""
    if job.file.name:
        job.file.storage.delete(job.file.name)
    ExportJob.objects.filter(pk=job.pk).delete()


def delete_old_exports() -> int:
    """Delete prepared files after their time, and what never came to an end."""
    now = timezone.now()
    forgotten = now - 2 * timedelta(hours=settings.EXPORT_HOURS)
    old = ExportJob.objects.filter(expires_at__lt=now) | ExportJob.objects.filter(
        created_at__lt=forgotten
    ).exclude(state=JobState.DONE)
    jobs = list(old)
    for job in jobs:
        delete_export(job)
    return len(jobs)
