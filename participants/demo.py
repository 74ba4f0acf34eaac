"""Plainly invented registrations, many at once, to try lists, exports and speed.

Every address is at example.org, every family name says "demo" in its script, every
row is marked ``is_demonstration``. No mail is queued.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sessions.countries import countries
from sessions.models import REPRESENTING, Category, Mode, Session

from .models import Delegation, Participant, Registration, Role, Status, Transition
from .models.participant import person_name_key
from .services.counting import count_both
from .services.places import lock_session

BATCH = 2_000  # rows held in memory at a time
DIGITS = 7  # of the number in an address, so that addresses sort by number
MOST = 10**DIGITS - 1


class Script(NamedTuple):
    """Names as one script writes them."""

    language: str
    family: list[str]
    given: list[str]
    transliterated: str  # family name in Latin letters, for badges; "" if it is Latin


LATIN = Script(
    "en",
    [
        "Demo-Müller",
        "Démo-Lefèvre",
        "Demo-Nuñez",
        "Demo-Łukasiewicz",
        "Demo-Nguyễn",
        "Demo-Çelik",
        "Demo-İnan",
        "Demo-O’Brien",
        "Demo-Sørensen",
        "Demo-Þórsdóttir",
        "Demo-Đorđević",
        "Demo-Szabó",
    ],
    ["Zoë", "José", "Ana", "Bjørn", "Chloë", "Ifeoma", "Jiří", "Noël", "Siân", "Ümit"],
    "",
)
ARABIC = Script(
    "ar",
    ["تجريبي الحسن", "تجريبي المصري", "تجريبي بن علي", "تجريبي الخطيب"],
    ["محمد", "فاطمة", "أحمد", "ليلى", "يوسف"],
    "Demo-Al Hassan",
)
CHINESE = Script(
    "zh-hans",
    ["示例王", "示例李", "示例张", "示例欧阳"],
    ["伟", "秀英", "小明", "丽"],
    "Demo-Wang",
)
CYRILLIC = Script(
    "ru",
    ["Демо-Иванова", "Демо-Петренко", "Демо-Щукин", "Демо-Ђорђевић"],
    ["Анна", "Игорь", "Олег", "Юлия"],
    "Demo-Ivanova",
)
SCRIPTS = [LATIN, LATIN, LATIN, ARABIC, CHINESE, CYRILLIC]
MONONYMS = ["Demosuharto", "Demowati", "تجريبي", "Демо"]

# What a spreadsheet, a mail or a page must carry unharmed.
HOSTILE = [
    "=1+1",
    "@SUM(A1)",
    "+41 22 338 9111",
    "-2+3",
    "\t=1+1",
    '=HYPERLINK("https://example.org","demo")',
    "＝1+1",
    'Says "demo"; twice, =1+1',
    "demo;=1+1",
    "<b>demo</b> & {{ demo }}",
    "'=1+1",
    "_x0041_ demo",
    "W" * 200,
]
ORGANISATIONS = [
    "Demo University",
    "Démo & Associés",
    "Demo Institute of Examples",
    "示例研究院",
    "مؤسسة تجريبية",
    "Демонстрационный институт",
]
FUNCTIONS = ["Counsellor", "Examiner", "Professeure", "专员", "مستشارة", "Советник", ""]
CITIES = ["Geneva", "Genève", "São Paulo", "北京", "القاهرة", "Москва", ""]

STATUSES = {
    Status.CONFIRMED: 80,  # waiting, where no place is free
    Status.PENDING: 6,
    Status.UNVERIFIED: 5,
    Status.CANCELLED: 5,
    Status.DECLINED: 4,
}


@dataclass
class Maker:
    """Invents registrations of one session, the same ones for the same seed."""

    session: Session
    random: Random
    first_number: int
    starts_at: datetime
    free: dict[str, int | None]  # mode -> places nobody holds; None means no limit
    delegations: dict[str, list[tuple[int, str]]]  # category -> (key, country)
    categories: list[str] = field(init=False)
    countries: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.countries = sorted(countries())
        self.categories = [
            category
            for category in Category.values
            if (category not in REPRESENTING or self.delegations[category])
            and self.modes(category)
        ]

    def modes(self, category: str) -> list[str]:
        """List the modes of the session that this category may choose."""
        return [
            mode
            for mode in self.session.modes or list(Mode)
            if mode == Mode.ONLINE or self.session.admits_in_person(category)
        ]

    def make(self, number: int) -> Registration:
        """Invent one registration and its participant, neither saved."""
        pick = self.random
        category = pick.choice(self.categories)
        mode = pick.choice(self.modes(category))
        role = pick.choice(list(Role)) if self._chance(5) else Role.PARTICIPANT
        takes_place = role == Role.PARTICIPANT
        # Over 20 days, however few they are; the factor has no divisor in common.
        seconds = number * 100_003 % 1_728_000
        created_at = self.starts_at + timedelta(seconds=seconds)
        status = self._status(mode, takes_place=takes_place)
        unproved = status in {Status.UNVERIFIED, Status.CANCELLED}
        registration = Registration(
            session=self.session,
            status=status,
            role=role,
            takes_place=takes_place,
            mode=mode,
            email=demo_address(self.session.number, number),
            category=category,
            created_at=created_at,
            queued_at=None if unproved else created_at + timedelta(minutes=5),
            is_demonstration=True,
            privacy_version=settings.PRIVACY_NOTICE_VERSION,
            **self._delegation(category),
            **self._name(),
            **self._work(),
            **self._wishes(),
        )
        registration.participant = participant_of(registration)
        return registration

    def _chance(self, percent: int) -> bool:
        return self.random.random() * 100 < percent

    def _status(self, mode: str, *, takes_place: bool) -> Status:
        """Pick a state; a place is taken only while one is free."""
        status = self.random.choices(list(STATUSES), list(STATUSES.values()))[0]
        if status != Status.CONFIRMED or not takes_place:
            return status
        free = self.free[mode]
        if free == 0:
            return Status.WAITING
        if free is not None:
            self.free[mode] = free - 1
        return status

    def _delegation(self, category: str) -> dict[str, Any]:
        if category not in REPRESENTING:
            return {"country": self.random.choice(self.countries)}
        key, country = self.random.choice(self.delegations[category])
        return {
            "delegation_id": key,
            "rank": self.random.choice([*Registration.Rank.values, ""]),
            "country": country or self.random.choice(self.countries),
        }

    def _name(self) -> dict[str, Any]:
        """Invent a name: in Latin letters or not, of one part or of two."""
        pick = self.random
        forms = ["", *Registration.FormOfAddress.values]
        name = {"form_of_address": pick.choice(forms), "language": "en"}
        if self._chance(3):
            return name | {"family_name": pick.choice(MONONYMS)}
        script = pick.choice(SCRIPTS)
        family, given = pick.choice(script.family), pick.choice(script.given)
        if script is LATIN:
            languages = ["en", "fr", "es"]
            name |= {"family_name": family, "given_name": given}
            return name | {"language": pick.choice(languages)}
        name["language"] = script.language
        if self._chance(50):
            badge = script.transliterated
            return name | {
                "family_name": family,
                "given_name": given,
                "badge_name": badge,
            }
        return name | {
            "family_name": script.transliterated,
            "given_name": pick.choice(LATIN.given),
            "own_script_name": f"{family} {given}",
        }

    def _work(self) -> dict[str, str]:
        pick = self.random
        work = {
            "organisation": pick.choice(ORGANISATIONS),
            "unit": "Demo unit" if self._chance(30) else "",
            "function": pick.choice(FUNCTIONS),
            "city": pick.choice(CITIES),
        }
        if self._chance(5):
            work[pick.choice(["organisation", "unit", "function"])] = pick.choice(
                HOSTILE
            )
        return work

    def _wishes(self) -> dict[str, Any]:
        pick = self.random
        speaks = self._chance(10)
        needs = "Demo: a seat near the door" if self._chance(2) else ""
        return {
            "interpretation_language": pick.choice(["", *dict(settings.LANGUAGES)]),
            "wishes_to_speak": speaks,
            "speaking_subject": "Demo statement" if speaks else "",
            "accessibility_needs": needs,
            "needs_visa_letter": self._chance(5),
            "visibility": pick.choice(Registration.Visibility.values),
        }


def demo_address(session_number: int, number: int) -> str:
    """Return the address of the n-th invented person of a session."""
    return f"{_prefix(session_number)}{number:0{DIGITS}}@example.org"


def _prefix(session_number: int) -> str:
    return f"demo-{session_number}-"


def participant_of(registration: Registration) -> Participant:
    """Make the person of an invented registration, not saved."""
    return Participant(
        email=registration.email,
        email_key=registration.email,
        name_key=person_name_key(registration.family_name, registration.given_name),
        language=registration.language,
    )


@transaction.atomic
def make_registrations(session: Session, *, count: int, seed: int) -> dict[str, int]:
    """Add ``count`` invented registrations and return how many got each state.

    The same seed invents the same ones from an equal start; repeating adds more,
    under new addresses. Places are taken only while some are free.

    Raises ValueError if the session would hold more than MOST of them.
    """
    session = lock_session(session.pk)
    maker = _maker(session, seed)
    last = maker.first_number + count - 1
    if last > MOST:
        raise ValueError(f"A session can have {MOST} demonstration registrations.")
    made = (maker.make(number) for number in range(maker.first_number, last + 1))
    counts: dict[str, int] = {}
    while batch := list(islice(made, BATCH)):
        _store(batch)
        for registration in batch:
            counts[registration.status] = counts.get(registration.status, 0) + 1
    return counts


def _maker(session: Session, seed: int) -> Maker:
    known = Participant.objects.filter(email_key__startswith=_prefix(session.number))
    last = known.order_by("email_key").values_list("email_key", flat=True).last()
    number = int(last.split("-")[2].split("@")[0]) + 1 if last else 1
    delegations: dict[str, list[tuple[int, str]]] = {
        category: list(
            Delegation.objects.for_category(category)
            .order_by("country", "pk")
            .values_list("pk", "country")
        )
        for category in REPRESENTING
    }
    return Maker(
        session=session,
        random=Random(f"{seed} {session.number} {number}"),  # noqa: S311, no secret
        first_number=number,
        starts_at=_registrations_begin(session),
        free={mode: places.free() for mode, places in count_both(session).items()},
        delegations=delegations,
    )


def _registrations_begin(session: Session) -> datetime:
    """Return when the first of them registers: before the session, never in future."""
    latest = timezone.now().replace(microsecond=0) - timedelta(days=21)
    if session.starts_on is None:
        return latest
    usual = datetime.combine(session.starts_on, time(8), UTC) - timedelta(days=60)
    return min(usual, latest)


def _store(batch: list[Registration]) -> None:
    Participant.objects.bulk_create([made.participant for made in batch])
    for registration in batch:
        registration.participant_id = registration.participant.pk
    Registration.objects.bulk_create(batch)
    Transition.objects.bulk_create(
        Transition(
            registration=registration,
            event=Transition.Event.REGISTERED,
            to_status=registration.status,
            mode=registration.mode,
        )
        for registration in batch
    )


@transaction.atomic
def clear(session: Session) -> int:
    """Delete the invented registrations of a session; return how many.

    Their transitions and mails go with them, and their participants unless these
    have another registration. Nobody is moved up from the waiting list.
    """
    session = lock_session(session.pk)
    invented = session.registrations.filter(is_demonstration=True).order_by("pk")
    count = 0
    for keys in _batches(invented.values_list("pk", "participant_id")):
        Registration.objects.filter(pk__in=[key for key, _person in keys]).delete()
        Participant.objects.filter(
            pk__in={person for _key, person in keys},
            registrations__isnull=True,
            email_key__startswith="demo-",
            email_key__endswith="@example.org",
        ).delete()
        count += len(keys)
    return count


def _batches(rows: Any) -> Iterator[list[tuple[int, int]]]:
    """Yield the first rows as long as there are any: each batch gets deleted."""
    while batch := list(rows[:BATCH]):
        yield batch
