"""Files that people bring: how they were read, what was found, what was written."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions.models import Mode, Session

from .job import Job
from .status import Status


class ImportJob(Job):
    """One table on its way in: columns chosen, judged, then written.

    ``table`` is the file as it was read, packed; ``outcomes`` holds for each row its
    number in the file and what became of it, without a word of what it says.
    """

    class Kind(models.TextChoices):
        PARTICIPANTS = "participants", _("Participants of a session")
        DELEGATIONS = "delegations", _("Delegations")
        ATTENDANCE = "attendance", _("Report of online attendance")

    class Step(models.TextChoices):
        MAPPING = "mapping", _("Choose the columns")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, nothing is written yet")
        WRITING = "writing", _("Being written")
        WRITTEN = "written", _("Written")

    class DateOrder(models.TextChoices):
        GUESS = "", _("As the column shows")
        DAY_FIRST = "day", _("Day before month")
        MONTH_FIRST = "month", _("Month before day")

    STATES = [Status.CONFIRMED, Status.PENDING, Status.CANCELLED]

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("session"),
    )
    step = models.CharField(
        pgettext_lazy("import", "step"),
        max_length=8,
        choices=Step,
        default=Step.MAPPING,
    )
    file_name = models.CharField(_("file"), max_length=100)
    table = models.BinaryField(default=bytes)
    notes = models.JSONField(default=list, editable=False)
    mapping = models.JSONField(default=dict, editable=False)
    registration_state = models.CharField(
        _("state of the registrations"),
        max_length=10,
        choices=[(state.value, state.label) for state in STATES],
        default=Status.CONFIRMED,
    )
    mode = models.CharField(
        _("mode where the file says none"),
        max_length=10,
        choices=Mode,
        default=Mode.IN_PERSON,
    )
    day = models.DateField(_("day where the file says none"), null=True, blank=True)
    date_order = models.CharField(
        _("dates like 03/04/2024"),
        max_length=5,
        choices=DateOrder,
        default=DateOrder.GUESS,
        blank=True,
    )
    only_good = models.BooleanField(default=False)
    outcomes = models.JSONField(default=list, editable=False)

    class Meta(Job.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=["queued", "running"]),
                name="import_job_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.created_at:%Y-%m-%d %H:%M}"


class ImportMapping(models.Model):
    """Which column is what in files with this header, as staff chose it last."""

    kind = models.CharField(max_length=12, choices=ImportJob.Kind)
    header_key = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "header_key"], name="one_mapping_per_kind_and_header"
            )
        ]

    def __str__(self) -> str:
        return self.header_key
