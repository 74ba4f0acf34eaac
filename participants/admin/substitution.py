"""Staff give the place of a delegate to somebody else of the delegation."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from .. import services
from ..models import Registration
from ..substitution_forms import StaffSubstituteForm


class Substitution(admin.ModelAdmin):
    """A page of one registration, beside its form."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.substitute)
        name = "participants_registration_substitute"
        return [path("<int:pk>/substitute/", view, name=name), *super().get_urls()]

    def substitute(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask who comes instead; then pass the place on, both are written to."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        registration = self.get_object(request, str(pk))
        if registration is None:
            raise Http404
        form = _form(request, registration)
        if form.is_valid():
            try:
                new = self._pass_on(request, registration, form)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                name = "admin:participants_registration_change"
                return HttpResponseRedirect(reverse(name, args=[new.pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Name a substitute"),
            "opts": self.opts,
            "registration": registration,
            "form": form,
        }
        template = "admin/participants/registration/substitute.html"
        return TemplateResponse(request, template, context)

    def _pass_on(
        self,
        request: HttpRequest,
        registration: Registration,
        form: StaffSubstituteForm,
    ) -> Registration:
        assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
        new = services.substitute(
            registration,
            by=request.user,
            letter=form.stored_letter(),
            reason=form.cleaned_data.get("reason", ""),
            **form.person(),
        )
        self.log_change(request, registration, "Substitution")
        text = _("The place has passed to another person; both get a message.")
        self.message_user(request, text, messages.SUCCESS)
        return new


def _form(request: HttpRequest, registration: Registration) -> StaffSubstituteForm:
    shared = None
    if registration.delegation is not None:
        people = services.people_of(registration.delegation, registration.session)
        shared = services.shared_letter(people)
    sent = request.method == "POST"
    return StaffSubstituteForm(
        registration,
        request.POST if sent else None,
        request.FILES if sent else None,
        initial={"language": registration.language},
        shared=shared,
    )
