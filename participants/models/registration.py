"""A participant's place in one session."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions.countries import country_choices, country_name, without_accents
from sessions.models import REPRESENTING, Category, Mode, Session

from .. import links, listing
from ..capitals import capitals
from .delegation import Delegation
from .keys import SearchKeyField, make_badge_code
from .participant import Participant, joined_name
from .status import LIVE, Role, Status


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def live(self) -> Self:
        """Keep registrations that stand: pending, confirmed or waiting."""
        return self.filter(status__in=LIVE)

    def confirmed(self) -> Self:
        return self.filter(status=Status.CONFIRMED)

    def taking_part(self) -> Self:
        """Keep who takes part: confirmed, or online while waiting for the room."""
        return self.filter(Q(status=Status.CONFIRMED) | Q(online_meanwhile=True))

    def attending(self, mode: str) -> Self:
        """Keep who takes part in a mode."""
        meanwhile = Q(online_meanwhile=True) if mode == Mode.ONLINE else Q()
        return self.filter(Q(status=Status.CONFIRMED, mode=mode) | meanwhile)

    def holding_places(self, mode: str) -> Self:
        """Keep registrations that count against the places of a mode."""
        return self.attending(mode).filter(takes_place=True)

    def waiting_list(self, mode: str) -> Self:
        """Keep who waits for a mode, the longest waiting first."""
        return self.filter(status=Status.WAITING, mode=mode).order_by("queued_at", "pk")

    def in_delegation_order(self) -> Self:
        """Sort the people of a delegation as the list prints them.

        Head, deputy, then as it ordered them, advisers last. Position 0 says nothing
        and comes after those that say something.
        """
        ranks = Registration.Rank
        protocol = models.Case(
            models.When(rank=ranks.HEAD, then=0),
            models.When(rank=ranks.DEPUTY, then=1),
            models.When(rank=ranks.ADVISER, then=3),
            default=2,
        )
        unsaid = models.Case(models.When(position=0, then=1), default=0)
        return self.order_by(protocol, unsaid, "position", "pk")

    def matching(self, words: str) -> Self:
        """Keep registrations whose names, organisation or address hold every word.

        Words after the twentieth are not looked for: SQLite nests no deeper than 1,000.
        """
        found = self
        for word in without_accents(words).split()[:20]:
            found = found.filter(search_key__contains=word)
        return found


class Registration(models.Model):
    """A snapshot of one person for one session: what was said when registering."""

    class FormOfAddress(models.TextChoices):
        MR = "mr", _("Mr.")
        MS = "ms", _("Ms.")
        MX = "mx", _("Mx.")
        DR = "dr", _("Dr.")
        PROF = "prof", _("Prof.")
        HE = "he", _("H.E.")
        HE_MR = "he_mr", _("H.E. Mr.")
        HE_MS = "he_ms", _("H.E. Ms.")

    class Rank(models.TextChoices):
        HEAD = "head", _("Head of delegation")
        DEPUTY = "deputy", _("Deputy head of delegation")
        DELEGATE = "delegate", _("Delegate")
        ADVISER = "adviser", _("Adviser")

    class Gender(models.TextChoices):
        WOMAN = "woman", _("Woman")
        MAN = "man", _("Man")
        OTHER = "other", _("Other")

    class Visibility(models.TextChoices):
        """Who may see the entry of somebody who represents no delegation."""

        NOBODY = "nobody", pgettext_lazy("who may see my entry", "Nobody")
        PARTICIPANTS = "participants", _("Participants only")
        EVERYONE = "everyone", pgettext_lazy("who may see my entry", "Everyone")

    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        related_name="registrations",
        verbose_name=_("session"),
    )
    participant = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        related_name="registrations",
        verbose_name=_("participant"),
    )
    status = models.CharField(
        _("state"), max_length=10, choices=Status, default=Status.UNVERIFIED
    )
    role = models.CharField(
        _("role"), max_length=11, choices=Role, default=Role.PARTICIPANT
    )
    takes_place = models.BooleanField(
        _("takes a counted place"),
        default=True,
        help_text=_("Speakers, press, interpreters, staff and guests normally do not."),
    )
    mode = models.CharField(_("mode of participation"), max_length=10, choices=Mode)

    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    form_of_address = models.CharField(
        _("form of address"), max_length=6, choices=FormOfAddress, blank=True
    )
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    badge_name = models.CharField(_("name on badge"), max_length=100, blank=True)
    own_script_name = models.CharField(
        _("name in own script"), max_length=100, blank=True
    )
    listed_name = models.CharField(
        _("name as listed"),
        max_length=200,
        blank=True,
        help_text=_(
            "Printed in the list of participants instead of the name, exactly as "
            "typed here, capitals too."
        ),
    )
    passport_name = models.CharField(
        _("name as in the passport"),
        max_length=150,
        blank=True,
        help_text=_("For the confirmation letter; never a passport number."),
    )
    organisation = models.CharField(_("organization"), max_length=200, blank=True)
    unit = models.CharField(_("unit or department"), max_length=200, blank=True)
    function = models.CharField(
        pgettext_lazy("job", "function"), max_length=200, blank=True
    )
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(
        _("country or territory"), max_length=2, choices=country_choices
    )
    category = models.CharField(
        _("category of participant"), max_length=15, choices=Category
    )
    delegation = models.ForeignKey(
        Delegation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("delegation"),
    )
    rank = models.CharField(
        _("rank in the delegation"), max_length=8, choices=Rank, blank=True
    )
    position = models.PositiveSmallIntegerField(
        _("position in the delegation"), default=0
    )
    gender = models.CharField(_("gender"), max_length=5, choices=Gender, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True)
    interpretation_language = models.CharField(
        _("interpretation language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
    )
    wishes_to_speak = models.BooleanField(_("wishes to take the floor"), default=False)
    speaking_subject = models.CharField(
        _("subject of the statement"), max_length=200, blank=True
    )
    accessibility_needs = models.TextField(_("accessibility needs"), blank=True)
    needs_visa_letter = models.BooleanField(
        _("needs a confirmation letter for a visa"), default=False
    )
    visibility = models.CharField(
        _("who may see the entry"),
        max_length=12,
        choices=Visibility,
        default=Visibility.NOBODY,
    )
    no_photographs = models.BooleanField(
        _("does not wish to be photographed or filmed"), default=False
    )
    privacy_version = models.CharField(
        _("version of the privacy notice"), max_length=30, blank=True
    )
    online_meanwhile = models.BooleanField(
        _("online while waiting for the room"),
        default=False,
        editable=False,
        help_text=_("Holds a place online until there is one in the room."),
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="substitutes",
        verbose_name=_("comes in place of"),
    )
    decline_reason = models.CharField(_("reason given"), max_length=1000, blank=True)
    staff_note = models.TextField(_("staff note"), blank=True)

    registered_by = models.ForeignKey(
        "participants.FocalPoint",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("registered by the focal point"),
    )
    code = models.CharField(
        _("badge code"),
        max_length=22,
        unique=True,
        editable=False,
        default=make_badge_code,
    )
    epoch = models.PositiveSmallIntegerField(default=0, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    queued_at = models.DateTimeField(
        _("in the queue since"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(
        _("registered at"), default=timezone.now, editable=False
    )
    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, editable=False
    )
    erased_at = models.DateTimeField(
        _("erased at"), null=True, blank=True, editable=False
    )
    search_key = SearchKeyField(
        fields=["family_name", "given_name", "own_script_name", "organisation", "email"]
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-pk"]
        permissions = [
            ("export_registration", "Can export registrations"),
            ("import_registration", "Can import registrations and attendance"),
            ("view_needs_registration", "Can see accessibility needs and staff notes"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant"],
                condition=Q(status__in=LIVE),
                name="one_live_registration_per_session",
                violation_error_message=_(
                    "This person already has a registration for this session."
                ),
            ),
            models.UniqueConstraint(
                fields=["session", "participant"],
                condition=Q(status=Status.UNVERIFIED),
                name="one_unverified_registration_per_session",
            ),
            models.CheckConstraint(
                condition=Q(category__in=REPRESENTING, delegation__isnull=False)
                | (~Q(category__in=REPRESENTING) & Q(delegation__isnull=True)),
                name="delegation_goes_with_the_category",
                violation_error_message=_(
                    "Member States and observers have a delegation, the other "
                    "categories have none."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.WAITING) | Q(queued_at__isnull=False),
                name="who_waits_has_a_place_in_the_queue",
            ),
            models.CheckConstraint(
                condition=Q(online_meanwhile=False)
                | Q(status=Status.WAITING, mode=Mode.IN_PERSON),
                name="online_meanwhile_waits_for_the_room",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(status=Status.UNVERIFIED),
                name="one_proposed_substitute_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "-id"], name="registration_of_session"),
            models.Index(
                fields=["session", "mode", "takes_place"],
                condition=Q(status=Status.CONFIRMED),
                name="registration_place",
            ),
            models.Index(
                fields=["session", "mode", "queued_at", "id"],
                condition=Q(status=Status.WAITING),
                name="registration_waiting",
            ),
            models.Index(
                fields=["session"],
                condition=Q(online_meanwhile=True),
                name="registration_meanwhile",
            ),
            models.Index(
                fields=["session", "id"],
                condition=Q(status=Status.PENDING),
                name="registration_pending",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(status=Status.UNVERIFIED),
                name="registration_unverified",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or "—"  # erased

    def get_absolute_url(self) -> str:
        """Return the personal page; the address is a key, never log or store it."""
        return reverse("participants:registration", args=[self.token])

    @property
    def token(self) -> str:
        return links.make_token(self.pk, self.epoch)

    @property
    def full_name(self) -> str:
        return joined_name(self.family_name, self.given_name)

    @property
    def name_in_list(self) -> str:
        """The name as lists print it: Given FAMILY, or what staff wrote instead."""
        family = capitals(self.family_name, self.country)
        return self.listed_name or joined_name(family, self.given_name)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def attends_online(self) -> bool:
        """Say whether the ways to join online are this person's to know."""
        confirmed = self.status == Status.CONFIRMED and self.mode == Mode.ONLINE
        return confirmed or self.online_meanwhile

    @property
    def can_name_a_substitute(self) -> bool:
        """Say whether somebody else of the delegation may come instead."""
        return self.is_live and self.category in REPRESENTING

    @property
    def listed_as(self) -> str:
        """The entry of the list of participants, as it is printed."""
        name = self.name_in_list
        form = listing.form_of_address(self, name)
        return listing.line(name, form, listing.details(self))

    @property
    def lacks_letter(self) -> bool:
        """Say whether the session asks this category for a letter that is missing."""
        return self.session.requires_letter(self.category) and not self.letters.exists()

    @property
    def country_name(self) -> str:
        return country_name(self.country)
