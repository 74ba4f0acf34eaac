"""Probable duplicates: pairs side by side, made one or told apart."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import services
from ..models import Participant, Registration
from ..services.merging import Pair

HIGHEST_KEY = 2**63 - 1


class Duplicates:
    """Mixin of the list of participants: who may be one person stored twice."""

    admin_site: admin.AdminSite
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        judge = wrap(require_POST(self.judge_view))
        name = "participants_participant"
        return [
            path("duplicates/", wrap(self.pairs_view), name=f"{name}_duplicates"),
            path("duplicates/judge/", judge, name=f"{name}_judge"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def _require(self, request: HttpRequest) -> User:
        if not isinstance(request.user, User) or not request.user.has_perm(
            "participants.merge_participant"
        ):
            raise PermissionDenied
        return request.user

    def pairs_view(self, request: HttpRequest) -> HttpResponse:
        """Show the next pairs."""
        self._require(request)
        after = _key(request.GET.get("after", "0"))
        pairs, following = services.likely_pairs(after=after)
        context = self.admin_site.each_context(request) | {
            "title": _("Probable duplicates"),
            "opts": self.opts,
            "pairs": _with_registrations(pairs),
            "after": after,
            "following": following,
        }
        template = "admin/participants/duplicates.html"
        response = TemplateResponse(request, template, context)
        response["Cache-Control"] = "no-store"
        return response

    def judge_view(self, request: HttpRequest) -> HttpResponse:
        """Make one of two, or note that they are two."""
        user = self._require(request)
        keys = [_key(request.POST.get(name, "")) for name in ["first", "second"]]
        try:
            first, second = map(_participant, keys)
            if "merge" in request.POST:
                services.merge(first, second, by=user)
                told = _("The two are one participant now.")
            else:
                services.say_two_people(first, second, by=user)
                told = _("The two stay two people and are not shown again.")
            messages.success(request, told)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        page = reverse("admin:participants_participant_duplicates")
        after = _key(request.POST.get("after", "0"))
        return HttpResponseRedirect(f"{page}?after={after}")


def _key(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:20]) > HIGHEST_KEY:
        raise Http404
    return int(text[:20])


def _participant(key: int) -> Participant:
    found = Participant.objects.filter(pk=key).first()
    if found is None:
        raise ValidationError(_("One of them is gone."), code="gone")
    return found


def _with_registrations(
    pairs: list[Pair],
) -> list[list[tuple[Participant, list[Registration]]]]:
    """Set beside each participant what they registered for, newest first."""
    keys = {person.pk for pair in pairs for person in pair}
    rows = Registration.objects.filter(participant__in=keys)
    rows = rows.select_related("session", "delegation").order_by("-session__number")
    found: dict[int, list[Registration]] = {key: [] for key in keys}
    for row in rows:
        found[row.participant_id].append(row)
    return [[(person, found[person.pk]) for person in pair] for pair in pairs]
