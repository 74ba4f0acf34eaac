"""One decision on many registrations: by the service of each, and told row by row.

A batch is one transaction, of one session: whoever registers meanwhile waits for its
lock no longer than that. The worker notes in the same transaction how far it got, so a
worker that dies leaves no row half done, none twice and none forgotten.
"""

import logging
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby, islice
from typing import Any

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..models import DecisionJob, DeclineReason, JobState, Registration
from ..models.export_job import pack_keys
from . import outbox
from .by_staff import change_mode
from .jobs import LostLeaseError, claim, put_back, renew, settle
from .places import admit_above_capacity, promote
from .states import approve, cancel, decline

Action = DecisionJob.Action
Act = Callable[[Registration], object]
Refused = dict[str, list[int]]  # keys by the reason

BATCH = 50  # registrations of one transaction, which holds the lock on the session
TURN = 10  # batches; then the worker sends the mails of them, and goes on

ACTS: dict[str, Callable[..., object]] = {
    Action.APPROVE: approve,
    Action.APPROVE_WITHOUT_LETTER: approve,
    Action.DECLINE: decline,
    Action.PROMOTE: promote,
    Action.ADMIT: admit_above_capacity,
    Action.CANCEL: cancel,
    Action.CHANGE_MODE: change_mode,
}

logger = logging.getLogger(__name__)


def keys_of(registrations: QuerySet[Registration]) -> "array[int]":
    """Return the keys session by session, the longest registered first."""
    rows = registrations.order_by("session_id", "queued_at", "pk")
    return array("q", rows.values_list("pk", flat=True).iterator())


def decide(keys: Sequence[int], action: str, *, by: User, **answers: Any) -> Refused:
    """Decide on these registrations at once; return who was refused and why."""
    refused = decide_each(keys, partial(ACTS[action], by=by, **answers))
    log_decision(by, action, len(keys), refused)
    return refused


def decide_each(keys: Sequence[int], act: Act) -> Refused:
    """Do the same to each registration; return who was refused and why."""
    refused: Refused = {}
    for batch in batches(keys):
        with transaction.atomic():
            _decide_batch(batch, act, refused)
    return refused


Batch = list[tuple[int, Registration | None]]  # None: the row is gone


def batches(keys: Sequence[int]) -> Iterator[Batch]:
    """Yield the rows in batches, each of one session: it holds one lock."""
    for begin in range(0, len(keys), BATCH):
        part = keys[begin : begin + BATCH]
        found = Registration.objects.select_related("session").in_bulk(part)
        rows = [(key, found.get(key)) for key in part]
        for _session, batch in groupby(rows, lambda pair: pair[1] and pair[1].session):
            yield list(batch)


def _decide_batch(batch: Batch, act: Act, refused: Refused) -> None:
    for key, registration in batch:
        if registration is None:
            refused.setdefault(_("It does not exist any more."), []).append(key)
            continue
        try:
            act(registration)
        except ValidationError as error:
            refused.setdefault(error.messages[0], []).append(key)


# What the worker does -----------------------------------------------------------------


@transaction.atomic
def queue_decision(
    registrations: QuerySet[Registration], action: str, *, by: User, **answers: Any
) -> DecisionJob:
    """Have the worker decide on these rows, as they are listed now."""
    keys = keys_of(registrations)
    return DecisionJob.objects.create(
        by=by,
        action=action,
        answers=_packed(answers),
        keys=pack_keys(keys),
        total=len(keys),
        language=translation.get_language() or "en",
    )


def run_decisions() -> int:
    """Go on with the decision that waits longest; return how many were taken.

    None is taken while many mails are due: what one person waits for goes first.
    """
    job = None if outbox.is_full() else claim(DecisionJob)
    if job is None:
        return 0
    try:
        with translation.override(job.language):
            _go_on(job)
    except LostLeaseError:
        logger.info("Decision %s is not ours any more.", job.pk)
    except DatabaseError:
        raise  # the worker knows what to do
    except Exception:  # one that breaks must not stop the mails
        logger.exception("Decision %s broke off.", job.pk)
        put_back(job)
    return 1


def _go_on(job: DecisionJob) -> None:
    """Decide on the next registrations; at the end, settle and log."""
    if job.by is None or not job.by.has_perm("participants.change_registration"):
        settle(job, JobState.FAILED)  # taken from them since they asked
        return
    try:
        answers = _unpacked(job.answers)
    except DeclineReason.DoesNotExist:
        settle(job, JobState.FAILED)  # nobody is declined without the reason chosen
        return
    act = partial(ACTS[job.action], by=job.by, **answers)
    keys = job.row_keys()
    for batch in islice(batches(keys[job.done :]), TURN):
        with transaction.atomic():
            _decide_batch(batch, act, job.refused)
            job.done += len(batch)
            renew(job, job.done, refused=job.refused)
    if job.done < job.total:
        _let_others_go_first(job)
        return
    with transaction.atomic():
        settle(job, JobState.DONE, keys=b"")
        log_decision(job.by, job.action, job.total, job.refused)


def _let_others_go_first(job: DecisionJob) -> None:
    """Leave the rest to the next worker: it got somewhere, so attempts begin anew."""
    mine = DecisionJob.objects.filter(pk=job.pk, lease=job.lease)
    mine.update(lease=None, attempts=0, next_try_at=timezone.now())


@transaction.atomic
def stop_decision(job: DecisionJob) -> None:
    """Leave the rest as it is; what is decided stays. Safe to repeat."""
    found = DecisionJob.objects.select_for_update().get(pk=job.pk)
    if not found.is_under_way or found.by is None:
        return
    found.state, found.lease, found.finished_at = JobState.FAILED, None, timezone.now()
    found.save(update_fields=["state", "lease", "finished_at"])
    log_decision(found.by, found.action, found.done, found.refused)


def delete_old_decisions() -> int:
    """Delete jobs after their time; what they did is in the history of each row."""
    limit = timezone.now() - timedelta(hours=settings.EXPORT_HOURS)
    old = DecisionJob.objects.at_rest().filter(created_at__lt=limit)
    return old.delete()[0]


def _packed(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a ready-made reason by its key."""
    return {
        name: value.pk if isinstance(value, DeclineReason) else value
        for name, value in answers.items()
    }


def _unpacked(answers: dict[str, Any]) -> dict[str, Any]:
    if answers.get("ready_made") is None:
        return answers
    reason = DeclineReason.objects.get(pk=answers["ready_made"])
    return answers | {"ready_made": reason}


def log_decision(by: User, action: str, total: int, refused: Refused) -> None:
    """Note who decided what on how many; nobody's name."""
    counts = Counter({reason: len(keys) for reason, keys in refused.items()})
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(Registration),
        object_repr=f"decision {action}",
        action_flag=CHANGE,
        change_message=f"{total - counts.total()} done, {counts.total()} refused",
    )
