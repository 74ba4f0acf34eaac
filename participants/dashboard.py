"""What staff see first: figures of the next session, each with the list behind it.

Few queries, none of which counts a large table: what may be many is counted up to
``COUNT_UP_TO``, and the days are those of the latest registrations.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.models import Session
from sessions.translations import PARTS, Progress, progress_of

from . import charts
from .models import EmailMessage, Registration, Status
from .services import free_places

DAYS = 14
LATEST = 20_000  # registrations whose days are drawn
COUNT_UP_TO = 10_000
CHANGES = 8

REGISTRATIONS = "admin:participants_registration_changelist"
MAILS = "admin:participants_emailmessage_changelist"


@dataclass(frozen=True)
class Figure:
    """One number in words, and the address of the rows it counts."""

    label: str
    value: str
    url: str
    is_urgent: bool = False


@dataclass
class Dashboard:
    """What one person of the staff may see."""

    session: Session | None
    figures: list[Figure] = field(default_factory=list)
    days: list[charts.Column] = field(default_factory=list)
    translations: list[Progress] = field(default_factory=list)
    changes: list[tuple[LogEntry, str]] = field(default_factory=list)


def dashboard(user: User) -> Dashboard:
    """Gather what this person may see, with the permissions of the lists behind it."""
    session = next_session()
    board = Dashboard(session if user.has_perm("conversation.view_session") else None)
    if session and user.has_perm("participants.view_registration"):
        board.figures += _places(session)
        board.figures += _queues(session)
        board.days = _days(session)
    if user.has_perm("participants.view_emailmessage"):
        board.figures.append(_failed_mails())
    if board.session:
        board.translations = progress_of(board.session)
    board.changes = _changes(user)
    return board


def next_session() -> Session | None:
    """Return the session that comes next or is under way; dates before none."""
    sessions = Session.objects.exclude(status=Session.Status.CANCELLED)
    coming = sessions.upcoming(timezone.localdate()).prefetch_related(*PARTS)
    dated = coming.filter(starts_on__isnull=False).order_by("starts_on", "number")
    return dated.first() or coming.order_by("number").first()


def _list(session: Session, **filters: str) -> str:
    query = {"session__id__exact": session.pk} | filters
    return f"{reverse(REGISTRATIONS)}?{urlencode(query)}"


def _capped(rows: QuerySet) -> tuple[int, str]:
    """Count no further than somebody could work through."""
    count = rows.order_by()[: COUNT_UP_TO + 1].count()
    if count > COUNT_UP_TO:
        return count, _("more than %(n)s") % {"n": f"{COUNT_UP_TO:,}"}
    return count, str(count)


def _places(session: Session) -> Iterator[Figure]:
    """Say how many places are free in each mode, counted where there is a limit."""
    for mode in session.modes:
        free = free_places(session, mode)
        value = _("no limit") if free is None else str(free)
        url = _list(session, attends=mode.value)
        label = _("Places left: %(mode)s") % {"mode": mode.label}
        yield Figure(label, value, url, is_urgent=free == 0)


def _queues(session: Session) -> Iterator[Figure]:
    for status, label in [
        (Status.WAITING, _("On the waiting list")),
        (Status.PENDING, _("Approvals to decide")),
    ]:
        count, value = _capped(session.registrations.filter(status=status))
        is_urgent = status == Status.PENDING and count > 0
        yield Figure(label, value, _list(session, status__exact=status), is_urgent)


def _failed_mails() -> Figure:
    state = EmailMessage.State.FAILED
    count, value = _capped(EmailMessage.objects.filter(state=state))
    url = f"{reverse(MAILS)}?{urlencode({'state__exact': state})}"
    return Figure(_("Mails failed"), value, url, is_urgent=count > 0)


def _days(session: Session) -> list[charts.Column]:
    """Count the registrations of each of the last days, in Geneva's calendar."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    latest = session.registrations.order_by("-pk").values("pk")[:LATEST]
    counts = dict(
        Registration.objects.filter(pk__in=latest, created_at__gte=_midnight(first))
        .order_by()
        .values_list(TruncDate("created_at"))
        .annotate(Count("pk"))
    )
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return charts.columns(
        [
            (date_format(day, "j M"), counts.get(day, 0), _day_list(session, day))
            for day in days
        ]
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day_list(session: Session, day: date) -> str:
    """Return the list of those who registered on one day."""
    until = _midnight(day + timedelta(days=1))
    return _list(
        session,
        created_at__gte=_midnight(day).isoformat(),
        created_at__lt=until.isoformat(),
    )


def _changes(user: User) -> list[tuple[LogEntry, str]]:
    """List what was changed last: by everybody, for who reads the log."""
    entries = LogEntry.objects.select_related("user", "content_type")
    if not user.has_perm("admin.view_logentry"):
        entries = entries.filter(user=user)
    return [(entry, _address(entry)) for entry in entries.order_by("-pk")[:CHANGES]]


def _address(entry: LogEntry) -> str:
    """Return where the changed row is seen; "" if nowhere."""
    try:
        return "" if entry.is_deletion() else entry.get_admin_url() or ""
    except NoReverseMatch:
        return ""


def in_words(progress: Progress) -> str:
    """Say what one language lacks, as in "3 missing, 1 outdated"."""
    missing, outdated = len(progress.missing), len(progress.outdated)
    words = []
    if missing:
        words.append(ngettext("%(n)s missing", "%(n)s missing", missing))
    if outdated:
        words.append(ngettext("%(n)s outdated", "%(n)s outdated", outdated))
    counts = iter([n for n in (missing, outdated) if n])
    return ", ".join(word % {"n": next(counts)} for word in words) or _("complete")
