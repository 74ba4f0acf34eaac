"""A person who takes part, stored once."""

import re
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.countries import without_accents

_HAN_OR_HANGUL = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+")


def person_name_key(family_name: str, given_name: str) -> str:
    """Fold a name so that accents, case and spacing do not make two people of one."""
    return " ".join(without_accents(f"{family_name} {given_name}").split())


def joined_name(family_name: str, given_name: str) -> str:
    """Set a name in the order of its script: 王小明, Xiaoming Wang."""
    if _HAN_OR_HANGUL.fullmatch(family_name + given_name):
        return family_name + given_name
    return f"{given_name} {family_name}".strip()


# Spellings of one sound: Müller, Mueller, Muller; Philipp, Filip.
_SPELLINGS = [("ae", "a"), ("oe", "o"), ("ue", "u"), ("ph", "f"), ("y", "i")]
_TWICE = re.compile(r"([^\W\d_])\1+")
_BETWEEN = re.compile(r"[\W_]+")


def alike_key(name_key: str) -> str:
    """Fold a name further, so that its spellings and the order of its parts are one."""
    text = name_key
    for spelling, sound in _SPELLINGS:
        text = text.replace(spelling, sound)
    parts = _BETWEEN.split(_TWICE.sub(r"\1", text))
    return " ".join(sorted(filter(None, parts)))


class AlikeKeyField(models.CharField):
    """``alike_key`` of the row's ``name_key``; kept whenever it is saved.

    ``QuerySet.update`` and ``update_fields`` must name both.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = alike_key(getattr(model_instance, "name_key", ""))
        setattr(model_instance, self.attname, key)
        return key


class Participant(models.Model):
    """A person, not an address: one mailbox may serve several people.

    ``person_key`` is random and outlives the erasure of everything personal, so
    that counts of people stay true.
    """

    email = models.EmailField(_("e-mail address"), blank=True)
    email_key = models.CharField(max_length=254, editable=False)
    name_key = models.CharField(max_length=220, editable=False)
    alike_key = AlikeKeyField(max_length=220, editable=False, default="")
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    person_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        permissions = [("merge_participant", "Can merge participants")]
        indexes = [models.Index(fields=["alike_key", "id"], name="participant_alike")]
        constraints = [
            models.UniqueConstraint(
                fields=["email_key", "name_key"],
                condition=~models.Q(email_key=""),
                name="one_participant_per_address_and_name",
            )
        ]

    def __str__(self) -> str:
        return self.email or str(self.person_key)
