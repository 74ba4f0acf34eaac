"""Whom participants represent."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.countries import country_choices


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def for_category(self, category: str) -> Self:
        """Keep what a participant of this category can represent."""
        return self.filter(kind__in=Delegation.KINDS_OF_CATEGORY.get(category, ()))


class Delegation(models.Model):
    """A State or organization as the secretariat lists it; edited by staff.

    Who is a member is decided by the organization's own list, never derived from
    a list of countries; ``country`` serves statistics alone.
    """

    class Kind(models.TextChoices):
        MEMBER_STATE = "member_state", _("Member State")
        OBSERVER_STATE = "observer_state", _("Observer State")
        SPECIAL = "special", _("Special delegation")
        IGO = "igo", _("Intergovernmental organization (IGO)")
        NGO = "ngo", _("Non-governmental organization (NGO)")
        OTHER = "other", _("Other observer")

    class RegionalGroup(models.TextChoices):
        """The groups of the organization; they are not United Nations regions."""

        AFRICAN = "african", _("African Group")
        ASIA_PACIFIC = "asia_pacific", _("Asia and the Pacific Group")
        CACEEC = (
            "caceec",
            _(
                "Group of Central Asian, Caucasus and Eastern European Countries "
                "(CACEEC)"
            ),
        )
        CEBS = "cebs", _("Group of Central European and Baltic States (CEBS)")
        CHINA = "china", _("China")
        GRULAC = (
            "grulac",
            _("Group of Latin American and Caribbean Countries (GRULAC)"),
        )
        GROUP_B = "b", _("Group B")

    KINDS_OF_CATEGORY = {
        "member_state": [Kind.MEMBER_STATE],
        "observer": [Kind.OBSERVER_STATE, Kind.SPECIAL, Kind.IGO, Kind.NGO, Kind.OTHER],
    }

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    list_section = models.CharField(
        _("section of the list of participants"),
        max_length=15,
        choices=Kind,
        blank=True,
        help_text=_("Empty: the section of its kind."),
    )
    is_accredited = models.BooleanField(
        _("accredited"),
        default=False,
        help_text=_("On the organization's own list of members and observers."),
    )
    regional_group = models.CharField(
        _("regional group"), max_length=15, choices=RegionalGroup, blank=True
    )
    country = models.CharField(
        _("country for statistics"), max_length=2, blank=True, choices=country_choices
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def all_names(self) -> list[str]:
        """Its name in every language, each once."""
        columns = [f"name_{code.replace('-', '_')}" for code, _n in settings.LANGUAGES]
        return [*dict.fromkeys(n for c in columns if (n := getattr(self, c, None)))]
