"""The timetable of a session and the people on the podium."""

from datetime import date
from itertools import groupby
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions.countries import country_choices

from .picture import PictureField, picture_validators
from .session import Session
from .translated import Translated


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def as_programme(self) -> Self:
        """Load what the timetable shows: appearances and their speakers, in order."""
        return self.order_by("starts_at", "pk").prefetch_related(
            Prefetch(
                "appearances", queryset=Appearance.objects.select_related("speaker")
            )
        )


class AgendaItem(Translated):
    """One timed line of the programme."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening")
        KEYNOTE = "keynote", _("Keynote address")
        PRESENTATION = "presentation", _("Presentation")
        PANEL = "panel", _("Panel discussion")
        SHARING = "sharing_session", _("Sharing session")
        OPEN_FLOOR = "open_floor", _("Open floor")
        BREAK = "break", _("Break")
        CLOSING = "closing", _("Closing")

    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="agenda_items",
        verbose_name=_("session"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=250, blank=True)
    abstract = models.TextField(_("abstract"), blank=True)
    room = models.CharField(
        _("room"),
        max_length=100,
        blank=True,
        help_text=_("Where it differs from the venue, for example: Room B."),
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme item")
        verbose_name_plural = _("programme items")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="agenda_item_ends_after_it_starts",
                violation_error_message=_("The item ends before it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def clean(self) -> None:
        """Refuse an item outside the days of its session, at the venue."""
        session = self.session
        if self.starts_at and session.starts_on and session.ends_on:
            first = self.starts_at.astimezone(session.zone).date()
            last = (
                self.ends_at.astimezone(session.zone).date() if self.ends_at else first
            )
            if first < session.starts_on or last > session.ends_on:
                raise ValidationError(
                    {"starts_at": _("The item lies outside the days of the session.")},
                    code="outside_session",
                )


class Speaker(Translated):
    """A person on the podium. The name is kept as typed, never split."""

    name = models.CharField(pgettext_lazy("person", "name"), max_length=200)
    affiliation = models.CharField(_("affiliation"), max_length=250, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    photo = PictureField(
        _("photo"),
        upload_to="speakers/",
        blank=True,
        validators=picture_validators,
    )
    country = models.CharField(
        _("country or territory"), max_length=2, blank=True, choices=country_choices
    )

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AppearanceQuerySet(models.QuerySet["Appearance"]):
    def podium(self) -> Self:
        """Keep who appears at the session as a whole, with their speakers."""
        return self.filter(agenda_item__isnull=True).select_related("speaker")

    def in_public(self) -> Self:
        """Keep appearances at sessions that the site shows, the latest first."""
        return (
            self.exclude(session__status=Session.Status.DRAFT)
            .select_related("speaker", "session")
            .order_by("-session__number", "position", "pk")
        )


class Appearance(Translated):
    """One speaker in one role at one session, perhaps in one item of it."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chair")
        OPENING = "opening", _("Opening remarks")
        KEYNOTE = "keynote", _("Keynote speaker")
        MODERATOR = "moderator", _("Moderator")
        PANELLIST = "panellist", _("Panellist")
        SPEAKER = "speaker", _("Speaker")

    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="appearances",
        verbose_name=_("session"),
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        on_delete=models.CASCADE,  # not to the podium: who speaks there may chair here
        null=True,
        blank=True,
        related_name="appearances",
        verbose_name=_("programme item"),
    )
    speaker = models.ForeignKey(
        Speaker,
        on_delete=models.PROTECT,
        related_name="appearances",
        verbose_name=_("speaker"),
    )
    role = models.CharField(
        _("role"), max_length=10, choices=Role, default=Role.SPEAKER
    )
    function = models.CharField(
        _("function at the time"),
        max_length=250,
        blank=True,
        help_text=_("Empty: the speaker's affiliation."),
    )
    position = models.PositiveSmallIntegerField(
        pgettext_lazy("order", "position"), default=0
    )

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("on the podium", "appearance")
        verbose_name_plural = pgettext_lazy("on the podium", "appearances")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agenda_item", "speaker", "role"],
                condition=Q(agenda_item__isnull=False),
                name="one_appearance_per_item_speaker_and_role",
                violation_error_message=_("This person already has this role here."),
            ),
            models.UniqueConstraint(
                fields=["session", "speaker", "role"],
                condition=Q(agenda_item__isnull=True),
                name="one_appearance_per_session_speaker_and_role",
                violation_error_message=_("This person already has this role here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker}, {self.get_role_display()}"

    def clean(self) -> None:
        """Refuse an item of another session."""
        item = self.agenda_item
        if item is not None and item.session_id != self.session_id:
            raise ValidationError(
                {"agenda_item": _("The item belongs to another session.")},
                code="other_session",
            )

    @property
    def shown_function(self) -> str:
        return self.function or self.speaker.affiliation


def programme_by_day(
    session: Session, items: list[AgendaItem]
) -> list[tuple[date, list[AgendaItem]]]:
    """Group items, sorted by start, under the calendar day at the venue.

    A session that is postponed without new days has none.
    """
    if session.starts_on is None and session.held_year is None:
        return []
    zone = session.zone
    return [
        (day, list(group))
        for day, group in groupby(
            items, key=lambda item: item.starts_at.astimezone(zone).date()
        )
    ]
