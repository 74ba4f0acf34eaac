"""What is done to many at once: 5,000 approved, 20,000 written to.

It happens in the database of the staff's list, the largest there is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants import services
from participants.models import (
    DecisionJob,
    EmailMessage,
    JobState,
    Message,
    Registration,
    Status,
)
from participants.services import outbox
from sessions.models import Session

from . import data
from .browser import CouldNotMeasure
from .cost import cost_and_growth
from .table import Row, milliseconds

APPROVED, WRITTEN_TO = 5_000, 20_000
HTTP_FOUND = 302
WORDS = "Dear {{ name }}, the room is another one."


def rows(size: int, found: dict[str, Any]) -> list[Row]:
    """Say what was measured; the design has no targets for it."""
    return [_row(size, work, of_work) for work, of_work in found.items()]


def _row(size: int, work: str, found: dict[str, Any]) -> Row:
    count = found["count"]
    memory = f", {found['memory']:+.0f} MB" if "memory" in found else ""
    return Row(
        work=f"{work} {count:,}, {size:,} rows",
        figure=(
            f"{milliseconds(found['cpu'])} CPU, "
            f"{found['queries'] / count:.3g} queries each{memory}"
        ),
        ratio=f"{milliseconds(found['cpu'] / count)} CPU each",
        verdict="no target",
        wall=milliseconds(found["wall"]),
        rate=f"{count / found['wall']:,.0f}",
    )


def costs(client: Client, session: Session, processes: list[int]) -> dict[str, Any]:
    """Approve many of this session, then write to many of another."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    outbox.FULL = 2 * APPROVED  # the mails of decisions are not handed over between
    keys = _make_pending(session)
    found = {
        "bulk approval, the answer to": _cost(
            lambda: _approve(client, keys), len(keys), processes
        ),
        "bulk approval, the worker's part of": _cost(_decide, len(keys), processes),
    }
    _check_approval(keys)
    EmailMessage.objects.all().delete()
    message = _message(session)
    count = message.recipients_expected
    found["message, expanding and writing"] = _cost(
        lambda: _write(message), count, processes
    )
    found["message, handing over"] = _cost(_deliver, count, processes)
    return found


def _cost(work: Callable[[], object], count: int, processes: list[int]) -> Any:
    """Do the work once: cost, queries and growth of memory."""
    found: dict[str, Any] = {"count": count}
    with _counted_queries(found):
        cost, found["memory"] = cost_and_growth(work, processes)
    return found | {"cpu": cost.cpu, "wall": cost.wall}


@contextmanager
def _counted_queries(found: dict[str, Any]) -> Iterator[None]:
    """Count without keeping them: they would be many."""
    found["queries"] = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        found["queries"] += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield


def _make_pending(session: Session) -> list[int]:
    """Let so many of a session wait for approval, in a quick run half of them."""
    rows = session.registrations.order_by("pk")
    most = min(APPROVED, rows.count() // 2)
    keys = list(rows.values_list("pk", flat=True)[:most])
    Registration.objects.filter(pk__in=keys).update(status=Status.PENDING)
    return keys


def _approve(client: Client, keys: list[int]) -> None:
    """Answer "yes, all of them" to the question of the list."""
    url = reverse("admin:participants_registration_changelist")
    post = {"action": "approve", "_selected_action": keys, "sure": "1"}
    response = client.post(url, post)
    if response.status_code != HTTP_FOUND:
        raise CouldNotMeasure(f"the approval answered {response.status_code}")


def _decide() -> None:
    while services.run_decisions():
        pass


def _check_approval(keys: list[int]) -> None:
    job = DecisionJob.objects.latest("pk")
    left = Registration.objects.filter(pk__in=keys, status=Status.PENDING).count()
    mails = EmailMessage.objects.filter(registration__in=keys).count()
    if (job.state, left, mails) != (JobState.DONE, 0, len(keys)):
        raise CouldNotMeasure(f"{job.state}, {left} left, {mails} mails")


def _message(session: Session) -> Message:
    """Make a message that is due, to a session of the right size, written in six."""
    other = data.open_session(capacity_in_person=None, capacity_online=None)
    found = session.registrations.confirmed().order_by("pk")
    keys = list(found.values_list("pk", flat=True)[:WRITTEN_TO])
    Registration.objects.filter(pk__in=keys).update(session=other)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    message = Message.objects.create(
        session=other,
        **data.in_six_languages("subject", "News of the session"),
        **data.in_six_languages("body", WORDS),
    )
    services.send_message(message, by=User.objects.earliest("pk"), expected=len(keys))
    Message.objects.update(send_at=timezone.now() - timedelta(seconds=1))
    message.refresh_from_db()
    return message


def _write(message: Message) -> None:
    """Write batch after batch; the outbox is emptied out of sight, as others would."""
    later = timezone.now() + timedelta(hours=1)
    while services.write_due_messages():
        EmailMessage.objects.filter(next_try_at__lt=later).update(next_try_at=later)
    written = EmailMessage.objects.filter(message=message).count()
    if written != message.recipients_expected:
        raise CouldNotMeasure(f"{written} mails were written")
    EmailMessage.objects.update(next_try_at=timezone.now())


def _deliver() -> None:
    """Hand every mail to a server that costs nothing."""
    while services.deliver_due():
        pass
