"""Papers of a session: files here or addresses elsewhere."""

from pathlib import PurePosixPath
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .programme import AgendaItem
from .session import Session
from .translated import Translated

EXTENSIONS = ["pdf", "docx", "pptx", "xlsx", "odt", "odp", "ods", "csv", "txt", "zip"]


class DocumentQuerySet(models.QuerySet["Document"]):
    def public(self) -> Self:
        """Keep documents of sessions that the site shows; a draft's are private."""
        return self.released().exclude(session__status=Session.Status.DRAFT)

    def released(self) -> Self:
        """Leave out what becomes public later."""
        return self.exclude(public_from__gt=timezone.now())


class Document(Translated):
    """A paper of a session, perhaps of one item of its programme."""

    class Kind(models.TextChoices):
        PROGRAMME = "programme", _("Programme")
        CONCEPT_NOTE = "concept_note", _("Concept note")
        ISSUES_PAPER = "issues_paper", _("Issues paper")
        PRESENTATION = "presentation", pgettext_lazy("paper", "Presentation")
        SUMMARY = "summary", _("Summary by the Secretariat")
        STATEMENT = "statement", _("Statement")
        PRACTICAL_GUIDE = "practical_guide", _("Practical guide")
        OTHER = "other", _("Other document")

    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="documents",
        verbose_name=_("session"),
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("programme item"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=250)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    file = models.FileField(
        _("file"),
        upload_to="documents/",
        blank=True,
        validators=[FileExtensionValidator(EXTENSIONS)],
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    public_from = models.DateTimeField(
        _("public from"),
        null=True,
        blank=True,
        help_text=_("Empty: as soon as the session is."),
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(url="")) | (~Q(file="") & Q(url="")),
                name="document_is_a_file_or_an_address",
                violation_error_message=_("Give a file or an address, one of the two."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.url or reverse("sessions:document", args=[self.pk])

    def clean(self) -> None:
        """Refuse an item of another session."""
        item = self.agenda_item
        if item is not None and item.session_id != self.session_id:
            raise ValidationError(
                {"agenda_item": _("The item belongs to another session.")},
                code="other_session",
            )

    @property
    def download_name(self) -> str:
        """The name under which a browser stores the file."""
        return PurePosixPath(self.file.name).name
