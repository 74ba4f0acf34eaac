"""Every page and every action of the admin, tried by every role.

Nothing here lists the pages: they come from the URLs and from the admin's registry.
What is listed is which permission a page that is not one of Django's own asks for. A
page or an action that stands nowhere fails the walk, so that somebody decides.
"""

import re
from dataclasses import dataclass, field

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from participants.models import (
    Delegation,
)
from sessions.models import Session
from tests.factories import (
    FIRST_SESSION,
)
from tests.staff.people import browser_of, make_member
from wipoconv.staff.roles import ROLES

NOBODY, EVERYTHING = "no role", "superuser"
COLUMNS = [*ROLES, NOBODY, EVERYTHING]

# Pages of Django's that are for every account of staff: index and the like say nothing.
FOR_ALL_STAFF = {"index", "jsi18n", "password_change", "password_change_done"}
FOR_ANYBODY = {"login", "logout"}
# Pages of ours: what one needs to open them. A language is one of the translator's.
DECIDED = {
    "autocomplete": "conversation.view_speaker",  # asked for a field of speakers
    "app_list": "the list of one of its models",
    "conversation_session_confirm": "conversation.change_session or a language",
    "conversation_session_translations_in": "conversation.change_session or a language",
    "conversation_session_translations_out": "conversation.view_session",
    "conversation_speaker_confirm": "conversation.change_speaker or a language",
    "conversation_theme_confirm": "conversation.change_theme or a language",
    "conversation_session_copy": "conversation.add_session",
    "conversation_session_draft": "conversation.change_session",
    "conversation_session_draft_preview": "conversation.change_session",
    "conversation_session_programme": "conversation.change_session",
    "participants_door": "participants.check_in_registration",
    "participants_door_counts": "participants.check_in_registration",
    "participants_doors": "participants.check_in_registration",
    "participants_edition_changes": "participants.view_edition",
    "participants_edition_draft": (
        "participants.view_registration and participants.export_registration"
    ),
    "participants_edition_file": (
        "participants.view_edition and participants.export_registration"
    ),
    "participants_edition_order": "participants.change_registration",
    "participants_edition_preview": "participants.view_registration",
    "participants_decisionjob_progress": "whose it is",
    "participants_decisionjob_stop": "whose it is",
    "participants_exportjob_file": "whose it is",
    "participants_exportjob_progress": "whose it is",
    "participants_exportjob_stop": "whose it is",
    "participants_importjob_columns": "whose it is",
    "participants_importjob_left": "whose it is",
    "participants_importjob_progress": "whose it is",
    "participants_importjob_write": "whose it is",
    "participants_message_change_session": (
        "participants.send_message and participants.reschedule_session"
    ),
    "participants_message_preview": "participants.send_message",
    "participants_message_stop": "participants.send_message",
    "participants_nominationletter_file": "participants.view_nominationletter",
    "participants_on_behalf": "participants.add_registration",
    "participants_participant_duplicates": "participants.merge_participant",
    "participants_participant_judge": "participants.merge_participant",
    "participants_printrun_morning": "participants.print_badge",
    "participants_printrun_plates": "participants.print_badge",
    "participants_registration_approvals": "participants.change_registration",
    "participants_registration_badges": "participants.print_badge",
    "participants_registration_export": "participants.export_registration",
    "participants_registration_export_page": "participants.export_registration",
    "participants_registration_substitute": "participants.change_registration",
    "participants_speakers": "participants.add_registration",
    "participants_statistics": "participants.view_statistics",
    "participants_statistics_csv": "participants.view_statistics",
    "participants_statistics_public": "participants.publish_statistics",
    "participants_statistics_session": "participants.view_statistics",
    "participants_statistics_sheet": "participants.view_statistics",
    "auth_user_password_change": "auth.change_user",
    "view_on_site": "any",  # leads to a page of the site, which judges by itself
}
# Actions: what one needs to be offered them; the admin refuses what it did not offer.
DECIDED_ACTIONS = {
    "delete_selected": "delete",  # of the model
    "conversation.session.publish": "conversation.publish_session",
    "conversation.session.unpublish": "conversation.publish_session",
    "participants.emailmessage.retry": "participants.change_emailmessage",
    "participants.registration.admit_above_capacity": (
        "participants.change_registration"
    ),
    "participants.registration.approve": "participants.change_registration",
    "participants.registration.cancel": "participants.change_registration",
    "participants.registration.decline": "participants.change_registration",
    "conversation.session.revoke_links": "conversation.change_session",
    "participants.focalpoint.mail_link": "participants.change_focalpoint",
    "participants.focalpoint.mail_new_link": "participants.change_focalpoint",
    "participants.registration.approve_without_letter": (
        "participants.change_registration"
    ),
    "participants.registration.change_mode": "participants.change_registration",
    "participants.registration.export_ticked": "participants.export_registration",
    "participants.registration.print_badges": "participants.print_badge",
    "participants.registration.print_plates": "participants.print_badge",
    "participants.registration.promote": "participants.change_registration",
    "auth.user.take_away_second_factor": "auth.change_user",
}
QUERIES = {
    "autocomplete": "?app_label=conversation&model_name=appearance&field_name=speaker",
    "participants_edition_order": "?session={session}&delegation={delegation}",
    "participants_edition_draft": "?session={session}",
}
# What takes nothing but a post: sent empty, it is refused or done, never forbidden.
POSTED = {
    "participants_decisionjob_stop",
    "participants_exportjob_stop",
    "participants_importjob_write",
    "participants_participant_judge",
    "participants_statistics_public",
}
LAST = {"participants_exportjob_stop"}  # what it stops is gone
KINDS = {
    "participants_edition_draft": "pdf",
    "participants_edition_file": "pdf",
    "participants_message_change_session": "venue",
}
OF_A_MODEL = {  # Django's own pages of a model: any of these rights opens them
    "changelist": ["view", "change"],
    "add": ["add"],
    "change": ["view", "change"],
    "history": ["view", "change"],
    "delete": ["delete"],
}


def make_people():
    people = {role: make_member(role) for role in ROLES}
    people["Translator"].delete()
    people["Translator"] = make_member("Translator", languages=["fr"])
    people[NOBODY] = make_member(None)
    people[EVERYTHING] = make_member(None, username="root", is_superuser=True)
    return people


def pages_of(resolver, namespace=()):
    """Yield the name and the route of every page below a resolver."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from pages_of(pattern, namespace)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, pattern


def admin_pages():
    [site] = [
        r
        for r in get_resolver().url_patterns
        if isinstance(r, URLResolver) and r.namespace == "admin"
    ]
    return dict(pages_of(site))


def model_of(name):
    """Return the model whose page this is, and what is left of the name."""
    for model in admin.site._registry:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(prefix):
            return model, name.removeprefix(prefix)
    return None, name


def address(name, pattern, rows):
    model, _page = model_of(name)
    row = rows.get(model)
    values = {
        "object_id": getattr(row, "pk", None),
        "id": getattr(row, "pk", None),
        "pk": getattr(row, "pk", None),
        "language": "fr",
        "kind": KINDS.get(name, "csv"),
        "name": "category",
        "number": FIRST_SESSION,
        "app_label": "conversation",
    }
    if name.startswith("participants_message_change_session"):
        values["pk"] = rows[Session].pk
    if name == "view_on_site":
        session = next(r for m, r in rows.items() if m.__name__ == "Session")
        values["content_type_id"] = ContentType.objects.get_for_model(session).pk
        values["object_id"] = session.pk
    wanted = list(pattern.pattern.converters) or list(
        re.compile(str(pattern.pattern)).groupindex
    )
    missing = [one for one in wanted if values.get(one) is None]
    if missing:
        return None, f"{name}: walk.py knows no value for {', '.join(missing)}"
    url = reverse(f"admin:{name}", kwargs={one: values[one] for one in wanted})
    query = QUERIES.get(name, "").format(
        session=rows[Session].pk, delegation=rows[Delegation].pk
    )
    return f"{url}{query}", ""


def is_open(response, *, posted=False, closed=(403,)):
    b"".join(response) if response.streaming else response.content
    for close in response._resource_closers:  # files; ``close()`` ends the database too
        close()
    if posted and response.status_code != 302:
        return response.status_code not in closed
    if response.status_code == 302:
        sent_away = response.url == reverse("admin:index")  # "this row does not exist"
        return not (
            sent_away or response.url.startswith(("/admin/login/", "/account/"))
        )
    return response.status_code < 400


def has_any(user, wanted):
    """Say whether one has what a decision asks for, perhaps by a language."""
    if wanted == "any":
        return True
    if wanted == "whose it is":
        return user.username == "root"
    if wanted == "the list of one of its models":
        return user.has_module_perms("conversation")
    own, _or, language = wanted.partition(" or ")
    return user.has_perms(own.split(" and ")) or (
        bool(language) and user.has_perm("conversation.translate_fr")
    )


def permitted(name, user):
    """Say what the permissions of somebody let one expect; None: nobody has decided."""
    if name in FOR_ANYBODY | FOR_ALL_STAFF:
        return True
    if name in DECIDED:
        return has_any(user, DECIDED[name])
    model, page = model_of(name)
    if model is None or page not in OF_A_MODEL:
        return None
    label, noun = model._meta.app_label, model._meta.model_name
    return any(user.has_perm(f"{label}.{verb}_{noun}") for verb in OF_A_MODEL[page])


@dataclass
class Walk:
    """What each role may open, do, write and see."""

    people: dict[str, User]
    rows: dict = field(default_factory=dict)
    pages: dict[str, set[str]] = field(default_factory=dict)
    actions: dict[str, set[str]] = field(default_factory=dict)
    writes: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    shows: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.browsers = {role: browser_of(user) for role, user in self.people.items()}

    def go(self):
        """Try everything."""
        self.faults += [
            f"{model._meta.label}: walk.py makes no row"
            for model, row in self.rows.items()
            if row is None
        ]
        pages = {n: p for n, p in admin_pages().items() if n != "logout"}
        for name in sorted(pages, key=lambda name: name in LAST):
            self.try_page(name, pages[name])
        for model, model_admin in admin.site._registry.items():
            self.list_actions(model, model_admin)
        return self

    def try_page(self, name, pattern):
        url, fault = address(name, pattern, self.rows)
        if fault:
            self.faults.append(fault)
            return
        self.pages[name] = set()
        for role, user in self.people.items():
            expected = permitted(name, user)
            if expected is None:
                self.faults.append(f"{name}: nobody has decided whom this page is for")
                return
            browser = self.browsers[role]
            response = (browser.post if name in POSTED else browser.get)(url)
            self.judge(name, role, response, expected)
            if "adminform" in (response.context or {}) and name.endswith("_change"):
                self.read_form(name, role, response)

    def judge(self, name, role, response, expected):
        if response.status_code >= 500:
            self.faults.append(f"{name}: {response.status_code} for {role}")
        closed = {403, 404} if DECIDED.get(name) == "whose it is" else {403}
        if is_open(response, posted=name in POSTED, closed=closed):
            self.pages[name].add(role)
            if not expected:
                self.faults.append(f"{name} opens for {role}, who may not")
        elif expected and name in DECIDED:
            self.faults.append(f"{name} is closed to {role}, who may")

    def read_form(self, name, role, response):
        form = response.context["adminform"]
        shown = {n for _name, part in form.fieldsets for n in flatten(part["fields"])}
        written = set(form.form.fields)
        for rows in response.context["inline_admin_formsets"]:
            model = rows.opts.model._meta.model_name
            if rows.has_change_permission:
                written |= {f"{model}.{one}" for one in fields_of(rows.formset)}
        if not response.context["has_change_permission"]:
            written = set()
        self.shows.setdefault(name, {})[role] = shown
        self.writes.setdefault(name, {})[role] = written

    def list_actions(self, model, model_admin):
        label = f"{model._meta.app_label}.{model._meta.model_name}"
        url = reverse("admin:" + label.replace(".", "_") + "_changelist")
        offered: dict[str, set[str]] = {}
        for role, user in self.people.items():
            request = RequestFactory().get(url)
            request.user, request.resolver_match = user, resolve(url)
            for action in model_admin.get_actions(request):
                offered.setdefault(f"{label}.{action}", set()).add(role)
        self.actions |= offered
        for key, roles in offered.items():
            self.judge_action(key, roles)

    def judge_action(self, key, roles):
        app, noun, action = key.split(".")
        wanted = DECIDED_ACTIONS.get(key) or DECIDED_ACTIONS.get(action)
        if wanted is None:
            self.faults.append(f"{key}: nobody has decided whom this action is for")
            return
        wanted = f"{app}.delete_{noun}" if wanted == "delete" else wanted
        for role, user in self.people.items():
            if (role in roles) != user.has_perm(wanted):
                self.faults.append(f"{key}: wrong for {role}")


def fields_of(formset):
    """Name the fields that one can write in a row of an inline."""
    first = [*formset.forms, formset.empty_form][0]
    for name, one in first.fields.items():
        if not one.widget.is_hidden and not one.disabled and name != "DELETE":
            yield name
