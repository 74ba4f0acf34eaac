"""The roles of staff: groups that always match one table.

After each ``migrate`` the groups of these names have the permissions of the table, so a
new line here needs no migration. Nobody's own work is lost: the admin lets nobody edit
these groups, and groups of other names, beside them, are never touched.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_noop

# "app: verbs: nouns" grants every verb on every noun, as the codename verb_noun. The
# languages of a translator are permissions too (translate_fr), given to the person.
ROLES: dict[str, tuple[str, ...]] = {
    gettext_noop("Editor"): (
        "conversation: view add change delete: agendaitem appearance document "
        "reportedattendance reservedplaces session sessiondraft source speaker theme "
        "topic",
        "conversation: publish: session",
    ),
    gettext_noop("Translator"): (
        "conversation: view: agendaitem appearance document session speaker theme "
        "topic",
        "participants: view: delegation",
    ),
    gettext_noop("Registrar"): (
        "conversation: view: reservedplaces session",
        "participants: view add change: registration",
        "participants: view change: emailmessage",
        "participants: view_needs check_in import: registration",
        "participants: view add change delete: declinereason delegation focalpoint "
        "organisation",
        "participants: view add: importjob",
        "participants: view: checkin decisionjob nominationletter participant "
        "transition",
        "participants: merge: participant",
    ),
    gettext_noop("Secretariat"): (
        "conversation: view: agendaitem appearance document reportedattendance "
        "reservedplaces session source speaker theme topic",
        "participants: view: checkin delegation edition emailmessage exportjob "
        "nominationletter participant printrun publictable registration statistics "
        "transition",
        "participants: view_needs check_in export: registration",
        "participants: view add change delete: doorassignment message",
        "participants: issue: edition",
        "participants: print: badge",
        "participants: publish: statistics",
        "participants: send: message",
        "participants: reschedule: session",
    ),
    gettext_noop("Door"): ("participants: check_in: registration",),
    gettext_noop("Auditor"): (
        "conversation: view: agendaitem appearance document reportedattendance "
        "reservedplaces session sessiondraft source speaker theme topic",
        "participants: view: checkin declinereason delegation doorassignment edition "
        "emailmessage exportjob focalpoint importjob message nominationletter "
        "organisation participant printrun publictable registration statistics "
        "transition",
        "auth: view: group user",
        "auditlog: view: logentry",
    ),
}


def permissions_of(role: str) -> Iterator[tuple[str, str]]:
    """Yield what the table grants to a role, as (app, codename)."""
    for line in ROLES[role]:
        app, verbs, nouns = line.split(":")
        for verb in verbs.split():
            for noun in nouns.split():
                yield app, f"{verb}_{noun}"


@transaction.atomic
def match_groups(**_signal: Any) -> None:
    """Make the groups of our roles grant what the table says, no more and no less."""
    named = {key for role in ROLES for key in permissions_of(role)}
    found = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type").filter(
            codename__in={codename for _app, codename in named}
        )
    }
    for role in ROLES:
        group, _is_new = Group.objects.get_or_create(name=role)
        wanted = [found[key] for key in permissions_of(role) if key in found]
        group.permissions.set(wanted)
