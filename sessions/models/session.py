"""The session: one numbered meeting of the Conversation."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .picture import PictureField, picture_validators
from .translated import Translated


class Mode(models.TextChoices):
    """How one can take part."""

    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")


class Category(models.TextChoices):
    """In what quality one takes part."""

    MEMBER_STATE = "member_state", _("Member State")
    OBSERVER = "observer", _("Observer")
    ACADEMIA = "academia", _("Academia")
    IP_PROFESSIONAL = "ip_professional", _("IP professional")
    ENTERPRISE = "enterprise", _("Enterprise")
    PRESS = "press", _("Press")
    INDIVIDUAL = "individual", _("Individual")


# Who represents somebody names a delegation; the others speak for themselves.
REPRESENTING = [Category.MEMBER_STATE, Category.OBSERVER]


def validate_time_zone(name: str) -> None:
    """Refuse what is not a zone of the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            _("There is no time zone “%(name)s”. An example: Europe/Zurich."),
            code="time_zone",
            params={"name": name},
        )


Modes = list[Mode]  # inside Session, Mode is the session's own


class SessionQuerySet(models.QuerySet["Session"]):
    def public(self) -> Self:
        """Keep what the site shows: published, and cancelled with that notice."""
        return self.exclude(status=Session.Status.DRAFT)

    def published(self) -> Self:
        return self.filter(status=Session.Status.PUBLISHED)

    def past(self, today: date) -> Self:
        """Keep sessions whose last day is over; those known by year count as past."""
        return self.filter(Q(ends_on__lt=today) | Q(held_year__isnull=False))

    def upcoming(self, today: date) -> Self:
        """Keep sessions to come or under way, and those without a date yet."""
        return self.filter(
            Q(ends_on__gte=today) | Q(ends_on__isnull=True, held_year__isnull=True)
        )


class Session(Translated):
    """One numbered meeting of the Conversation, on one day or several in a row."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CANCELLED = "cancelled", _("Cancelled")

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        ONLINE = "online", _("Online")
        HYBRID = "hybrid", _("Hybrid")

    class Approval(models.TextChoices):
        NONE = "none", _("Nobody needs approval")
        IN_PERSON = "in_person", _("Approval for the room")
        ALL = "all", _("Approval for everybody")

    class RegistrationState(models.TextChoices):
        """What the session page says of registration; derived, never stored."""

        CANCELLED = "cancelled", _("Session cancelled")
        NONE = "none", _("Registration is not announced")
        NOT_YET = "not_yet", _("Registration is not open yet")
        OPEN = "open", _("Registration is open")
        CLOSED = "closed", _("Registration closed")

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(
        _("slug"),
        max_length=120,
        unique=True,
        help_text=_("Part of the address of the page. Links break when it changes."),
    )
    title = models.CharField(_("title"), max_length=250)
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("Two sentences for lists and the top.")
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("Markdown.")
    )
    themes = models.ManyToManyField(
        "conversation.Theme",
        blank=True,
        related_name="sessions",
        verbose_name=_("themes"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT
    )
    is_demonstration = models.BooleanField(
        _("demonstration"),
        default=False,
        help_text=_("Invented, and marked so on every page."),
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    held_year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, help_text=_("Only if the days are not known.")
    )
    held_month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        default="Europe/Zurich",
        validators=[validate_time_zone],
    )
    hours = models.CharField(
        _("hours"),
        max_length=50,
        blank=True,
        help_text=_("As a source reports them, for example 10:00–18:00."),
    )
    mode = models.CharField(
        _("mode of participation"), max_length=10, choices=Mode, blank=True
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    meeting_code = models.CharField(_("meeting code"), max_length=40, blank=True)
    registration_opens_at = models.DateTimeField(
        _("registration opens at"), null=True, blank=True
    )
    registration_closes_at = models.DateTimeField(
        _("registration closes at"), null=True, blank=True
    )
    access_deadline_at = models.DateTimeField(
        _("access deadline"),
        null=True,
        blank=True,
        help_text=_(
            "From then on only staff admit people from the waiting list into the room."
        ),
    )
    capacity_in_person = models.PositiveIntegerField(
        _("places in the room"),
        null=True,
        blank=True,
        help_text=_("Empty: no limit. Lowering it takes no place away."),
    )
    capacity_online = models.PositiveIntegerField(
        _("places online"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    in_person_categories = models.JSONField(
        _("categories admitted to the room"),
        default=list,
        blank=True,
        help_text=_("None chosen: all of them."),
    )
    letter_categories = models.JSONField(
        _("categories that need a letter of nomination"),
        default=list,
        blank=True,
        help_text=_("Without the letter a registration stays pending."),
    )
    approval = models.CharField(
        _("approval"), max_length=10, choices=Approval, default=Approval.NONE
    )
    interpretation_languages = models.JSONField(
        _("interpretation languages"), default=list, blank=True
    )
    webcast_url = models.URLField(_("webcast"), blank=True)
    recording_url = models.URLField(_("recording"), blank=True)
    join_instructions = models.TextField(
        _("how to join online"),
        blank=True,
        help_text=_("Shown and mailed to confirmed online participants only."),
    )
    cover = PictureField(
        _("cover picture"),
        upload_to="covers/",
        blank=True,
        validators=picture_validators,
    )
    # Raised to kill the signed links to a draft, see sessions.preview.
    preview_epoch = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-number"]
        permissions = [
            ("publish_session", "Can publish sessions and take them off the site"),
            *(
                (f"translate_{code.replace('-', '_')}", f"Can translate into {code}")
                for code, _name in settings.LANGUAGES
                if code != settings.LANGUAGE_CODE
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(
                    starts_on__isnull=False,
                    ends_on__isnull=False,  # or NULL >= a day, which SQL lets pass
                    ends_on__gte=F("starts_on"),
                ),
                name="session_ends_on_or_after_its_first_day",
                violation_error_message=_(
                    "Give both the first and the last day, in this order, or neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(held_year__isnull=True),
                name="session_has_days_or_a_year",
                violation_error_message=_("The days say the year: leave it empty."),
            ),
            models.CheckConstraint(
                condition=Q(held_month__isnull=True)
                | Q(held_year__isnull=False, held_month__range=(1, 12)),
                name="session_month_stands_beside_its_year",
                violation_error_message=_("A month is 1 to 12 and needs its year."),
            ),
            models.CheckConstraint(
                condition=Q(registration_opens_at__isnull=True)
                | (
                    Q(registration_closes_at__isnull=False)
                    & Q(registration_closes_at__gt=F("registration_opens_at"))
                    & Q(starts_on__isnull=False)
                    & ~Q(mode="")
                ),
                name="session_that_registers_has_days_mode_and_closing",
                violation_error_message=_(
                    "A session that opens registration needs its days, its mode of "
                    "participation and a later time of closing."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("sessions:detail", args=[self.slug])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def year(self) -> int | None:
        return self.starts_on.year if self.starts_on else self.held_year

    @property
    def modes(self) -> Modes:
        """List the modes one can register for."""
        return [mode for mode in Mode if self.mode in {mode, Session.Mode.HYBRID}]

    def capacity(self, mode: str) -> int | None:
        """Return the number of places in this mode; None means no limit."""
        if mode == Mode.IN_PERSON:
            return self.capacity_in_person
        return self.capacity_online

    def needs_approval(self, mode: str) -> bool:
        return self.approval == Session.Approval.ALL or (
            self.approval == Session.Approval.IN_PERSON and mode == Mode.IN_PERSON
        )

    def admits_in_person(self, category: str) -> bool:
        return not self.in_person_categories or category in self.in_person_categories

    def requires_letter(self, category: str) -> bool:
        return category in self.letter_categories

    def registration_state(self, now: datetime | None = None) -> RegistrationState:
        """Say whether one can register at ``now``, by default this moment."""
        now = now or timezone.now()
        if self.status == Session.Status.CANCELLED:
            return Session.RegistrationState.CANCELLED
        opens, closes = self.registration_opens_at, self.registration_closes_at
        if self.status == Session.Status.DRAFT or opens is None or closes is None:
            return Session.RegistrationState.NONE
        if now < opens:
            return Session.RegistrationState.NOT_YET
        if now < closes:
            return Session.RegistrationState.OPEN
        return Session.RegistrationState.CLOSED

    @property
    def registration_is_open(self) -> bool:
        return self.registration_state() == Session.RegistrationState.OPEN

    def promotes_from_waiting_list(self, mode: str) -> bool:
        """Say whether a freed place goes to the waiting list without staff."""
        if self.status != Session.Status.PUBLISHED or self.is_over:
            return False
        deadline = self.access_deadline_at if mode == Mode.IN_PERSON else None
        return deadline is None or timezone.now() < deadline

    @property
    def today(self) -> date:
        """The calendar day at the venue."""
        return timezone.localdate(timezone=self.zone)

    @property
    def is_over(self) -> bool:
        """Say whether the last day has passed at the venue."""
        if self.ends_on is None:
            return self.held_year is not None
        return self.ends_on < self.today

    def days(self) -> Iterator[date]:
        """Yield every calendar day of the session, in the venue's time zone."""
        if self.starts_on and self.ends_on:
            for offset in range((self.ends_on - self.starts_on).days + 1):
                yield self.starts_on + timedelta(days=offset)

    def utc_offset(self) -> str:
        """Return the venue's offset from UTC on the first day, as "+1" or "+5:30"."""
        noon = datetime.combine(
            self.starts_on or timezone.now().date(), datetime.min.time(), tzinfo=UTC
        ) + timedelta(hours=12)
        minutes = int(
            (noon.astimezone(self.zone).utcoffset() or timedelta()).total_seconds()
            // 60
        )
        hours, rest = divmod(abs(minutes), 60)
        return f"{'+' if minutes >= 0 else '−'}{hours}" + (
            f":{rest:02}" if rest else ""
        )

    def interpretation(self) -> list[tuple[str, str]]:
        """List the languages one can listen in, as (code, own name)."""
        return [
            (code, name)
            for code, name in settings.LANGUAGES
            if code in self.interpretation_languages
        ]
