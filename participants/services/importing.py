"""Imports: a table is checked, shown, and written in batches only when told to.

Each batch is one transaction that notes in the job how far it got: a worker that dies
leaves nothing half done, and another goes on behind the last batch.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..imports import (
    JUDGES,
    Judge,
    Outcome,
    Table,
    Verdict,
    find_header,
    guess,
    header_key,
    read_table,
)
from ..models import ImportJob, ImportMapping, JobState
from .import_writers import WRITERS, room_for
from .jobs import LostLeaseError, Progress, claim, put_back, renew, settle

Kind, Step = ImportJob.Kind, ImportJob.Step

logger = logging.getLogger(__name__)


def start_import(
    content: bytes, *, kind: str, file_name: str, by: User | None, **options: Any
) -> ImportJob:
    """Keep a table as it was read, with the columns as they are known or guessed.

    Raises ValidationError with code ``bad_file``.
    """
    table = read_table(content)
    place = find_header(kind, table.rows)
    header = table.rows[place]
    known = ImportMapping.objects.filter(kind=kind, header_key=header_key(header))
    kept = known.values_list("mapping", flat=True).first()
    return ImportJob.objects.create(
        kind=kind,
        file_name=file_name[:100],
        by=by,
        state=JobState.OPEN,
        table=table.pack(),
        notes=table.notes,
        total=len(table.rows) - place - 1,
        mapping={"header": place, "columns": kept or guess(kind, header)},
        language=translation.get_language() or "en",
        **options,
    )


def table_of(job: ImportJob) -> Table:
    """Return the rows of a job."""
    return Table.unpack(bytes(job.table))


def choose_columns(job: ImportJob, columns: dict[str, int]) -> None:
    """Take the columns as somebody says, and remember them for files like this one."""
    job.mapping = {"header": job.mapping["header"], "columns": columns}
    header = table_of(job).rows[job.mapping["header"]]
    ImportMapping.objects.update_or_create(
        kind=job.kind, header_key=header_key(header), defaults={"mapping": columns}
    )


def queue_check(job: ImportJob) -> None:
    """Have the worker look at every row; nothing is written."""
    _queue(job, Step.CHECKING)


def queue_write(job: ImportJob, *, only_good: bool) -> None:
    """Have the worker write what was checked.

    Raises ValidationError with code ``not_checked``, or ``bad_rows`` when all were
    wanted and some have problems.
    """
    if job.step != Step.CHECKED or job.state != JobState.OPEN:
        raise ValidationError(_("Have the rows checked first."), code="not_checked")
    if not only_good and any(row[1] == Outcome.BAD for row in job.outcomes):
        text = _("Some rows have problems: correct the file, or import the good rows.")
        raise ValidationError(text, code="bad_rows")
    job.only_good = only_good
    _queue(job, Step.WRITING)


def _queue(job: ImportJob, step: ImportJob.Step) -> None:
    job.step, job.state, job.done = step, JobState.QUEUED, 0
    job.attempts, job.next_try_at = 0, timezone.now()
    job.save()


def hold(job: ImportJob, step: ImportJob.Step) -> None:
    """Take a job that no worker shall take: a command does it at once."""
    job.step, job.state, job.done, job.lease = step, JobState.RUNNING, 0, uuid4()
    job.next_try_at = timezone.now() + settings.JOB_LEASE
    job.save()


def run_imports() -> int:
    """Check or write the next import that waits; return how many were taken."""
    job = claim(ImportJob)
    if job is None:
        return 0
    try:
        do_import(job)
    except LostLeaseError:
        logger.info("Import %s is not ours any more.", job.pk)
    except DatabaseError:
        raise  # the worker knows what to do
    except Exception:  # one that breaks must not stop the mails
        logger.exception("Import %s broke off.", job.pk)
        put_back(job)
    return 1


def do_import(job: ImportJob) -> None:
    """Do the step of a job that is ours."""
    with translation.override(job.language):
        if job.step == Step.CHECKING:
            _check(job)
        else:
            _write(job)


def _judged(
    job: ImportJob, tell: Callable[[int], object]
) -> tuple[Judge, list[Verdict]]:
    judge: Judge = JUDGES[job.kind](job, table_of(job))
    verdicts = []
    for number, verdict in enumerate(judge.verdicts(), 1):
        verdicts.append(verdict)
        if number % 500 == 0:
            tell(number)
    return judge, verdicts


def _check(job: ImportJob) -> None:
    _judge, verdicts = _judged(job, Progress(job))
    if job.kind == Kind.PARTICIPANTS and job.session:
        room = room_for(job)
        for verdict in verdicts:
            if verdict.outcome == Outcome.GOOD:
                room.take(verdict)
    settle(
        job,
        JobState.OPEN,
        step=Step.CHECKED,
        done=len(verdicts),
        total=len(verdicts),
        outcomes=[[v.number, v.outcome, _said(v)] for v in verdicts],
    )


def _said(verdict: Verdict) -> list[str]:
    return verdict.problems or ([verdict.is_there] if verdict.is_there else [])


# What becomes of a row that was found so, unless something happens in between.
EXPECTED = {
    Outcome.GOOD: Outcome.WRITTEN,
    Outcome.BAD: Outcome.LEFT_OUT,
    Outcome.THERE: Outcome.THERE,
}


def _write(job: ImportJob) -> None:
    judge, verdicts = _judged(job, lambda _number: None)
    outcomes = {row[0]: row for row in job.outcomes}
    for verdict in verdicts[: job.done]:  # written by a worker that died
        number, outcome, said = outcomes[verdict.number]
        outcomes[number] = [number, EXPECTED.get(outcome, outcome), said]
    writer = WRITERS[job.kind](job, judge)
    for start, batch in _batches(verdicts, writer.batch, job.done):
        wanted = [
            v
            for v in batch
            if outcomes[v.number][1] != Outcome.BAD and v.outcome == Outcome.GOOD
        ]
        with transaction.atomic():
            written = writer.write(wanted)
            fresh = [_outcome(v, written, outcomes[v.number]) for v in batch]
            surprises = any(row[1] != EXPECTED[outcomes[row[0]][1]] for row in fresh)
            outcomes |= {row[0]: row for row in fresh}
            more = {"outcomes": list(outcomes.values())} if surprises else {}
            renew(job, start + len(batch), **more)
    rows = list(outcomes.values())
    with transaction.atomic():
        settle(job, JobState.DONE, step=Step.WRITTEN, done=job.total, outcomes=rows)
        _log(job, rows)


def _batches(
    verdicts: Sequence[Verdict], size: int, done: int
) -> Iterator[tuple[int, Sequence[Verdict]]]:
    for start in range(done, len(verdicts), size):
        yield start, verdicts[start : start + size]


def _outcome(verdict: Verdict, written: set[int], before: list[Any]) -> list[Any]:
    """Say what became of a row; what the check said stands where it said no."""
    if verdict.number in written:
        return [verdict.number, Outcome.WRITTEN, []]
    if before[1] in {Outcome.BAD, Outcome.THERE}:
        outcome = Outcome.LEFT_OUT if before[1] == Outcome.BAD else before[1]
        return [verdict.number, outcome, before[2]]
    if verdict.problems:  # since the check
        return [verdict.number, Outcome.LEFT_OUT, verdict.problems]
    said = verdict.is_there or _("There already; it stays as it is")
    return [verdict.number, Outcome.THERE, [said]]


def counts(job: ImportJob) -> dict[str, int]:
    """Count the rows by what became of them; the sum is the number of all rows."""
    found: dict[str, int] = {}
    for _number, outcome, _problems in job.outcomes:
        found[outcome] = found.get(outcome, 0) + 1
    return found


def _log(job: ImportJob, rows: list[list[Any]]) -> None:
    """Note who imported, what and how many; not a word of what the rows say."""
    if job.by_id is None:
        return
    job.outcomes = rows
    number = job.session.number if job.session else None
    of_session = f" of session {number}" if number else ""
    told = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts(job).items()))
    LogEntry.objects.create(
        user_id=job.by_id,
        content_type=ContentType.objects.get_for_model(ImportJob),
        object_id=str(job.pk),
        object_repr=f"import {job.kind}",
        action_flag=ADDITION,
        change_message=f"{job.kind}{of_session}: {told}",
    )


def delete_old_imports() -> int:
    """Delete tables and reports after their time; return how many."""
    limit = timezone.now() - timedelta(hours=settings.EXPORT_HOURS)
    return ImportJob.objects.at_rest().filter(created_at__lt=limit).delete()[0]
