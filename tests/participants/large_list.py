"""A session whose list is as long as a large one: 2,000 people, 120 States."""

from itertools import cycle

from django.core.management import call_command

from participants.models import Delegation, Participant, Registration, Role
from sessions.models import Appearance, Category, Mode
from tests.factories import make_delegation, make_session
from tests.sessions.factories import make_speaker

# Family name, given name, form of address, function, language.
PEOPLE = [
    ("Demo-Nguyễn", "Văn Ạnh", "mr", "Counsellor", "en"),
    ("تجريبي المصري", "محمد", "mr", "مستشار", "ar"),
    ("示例王", "小明", "ms", "专员", "zh-hans"),
    ("Демо-Щукин", "Игорь", "mr", "Советник", "ru"),
    ("Δημόπουλος", "Γιώργος", "", "Examiner", "en"),
    ("Demo-Lefèvre", "Zoë", "ms", "Conseillère", "fr"),
    ("van der Demo", "Jan-Willem", "dr", "Head, International Affairs", "en"),
    ("Demo Quispe y Mamani", "María de los Ángeles", "ms", "Directora General", "es"),
    ("Demosuharto", "", "mr", "", "en"),
]
HEADS = ["Ambassador, Permanent Representative", "Minister for Trade and Industry"]
UNITS = ["Permanent Mission", "Copyright and Related Rights Division", "", "Legal Unit"]
OFFICES = ["Intellectual Property Office", "Ministry of Justice", "Permanent Mission"]
CITIES = ["Geneva", "Genève", "", "Nairobi", "São Paulo"]
PUBLIC = [
    Category.ACADEMIA,
    Category.ENTERPRISE,
    Category.IP_PROFESSIONAL,
    Category.INDIVIDUAL,
    Category.PRESS,
]
LATIN = {"en", "fr", "es"}  # languages whose names are told apart by a number
OBSERVERS = 12  # of each kind


def make_large_list(states=120, people=2_000):
    """Make the session; its States are the first ones in English order."""
    call_command("load_delegations", verbosity=0)
    session = make_session(
        meeting_code="WIPO/DEMO/13/INF/1",
        title_en="Thirteenth Session of the Demonstration Conversation",
        title_fr="Treizième session du débat de démonstration",
        city_en="Geneva",
        city_fr="Genève",
        is_demonstration=True,
    )
    speaker = make_speaker(name="Ana Demo")
    Appearance.objects.create(
        session=session, speaker=speaker, role=Appearance.Role.CHAIR
    )
    members = Delegation.objects.filter(kind=Delegation.Kind.MEMBER_STATE)
    whom = [*members.order_by("name_en")[:states], *_observers(), *PUBLIC * 4]
    rows = [
        _person(session, n, where, said, turn=n // len(whom))
        for n, where, said in zip(range(people), cycle(whom), cycle(PEOPLE))
    ]
    roles = [Role.STAFF, Role.INTERPRETER, Role.SPEAKER] * 3
    for row, role in zip(rows[-9:], roles, strict=True):
        row.role, row.delegation, row.category = role, None, Category.INDIVIDUAL
    owners = Participant.objects.bulk_create([Participant() for _row in rows])
    for row, owner in zip(rows, owners, strict=True):
        row.participant = owner
    Registration.objects.bulk_create(rows, batch_size=500)
    return session


def _observers():
    return [
        make_delegation(kind=kind, name_en=f"Demo {en} {n}", name_fr=f"{fr} {n}")
        for kind, en, fr in [
            ("igo", "Regional Organization", "Organisation régionale de démonstration"),
            ("ngo", "Federation of Authors", "Fédération d’auteurs de démonstration"),
        ]
        for n in range(1, OBSERVERS + 1)
    ]


def _person(session, number, whom, said, *, turn):
    """Invent somebody; ``turn`` is how many of the same delegation came before."""
    family, given, form, function, language = said
    row = Registration(
        session=session,
        status="confirmed",
        family_name=f"{family}-{_letters(number)}" if language in LATIN else family,
        given_name=given,
        form_of_address=form if turn else "he",
        function=function if turn else HEADS[number % 2],
        language=language,
        unit=UNITS[number % 4],
        organisation=OFFICES[number % 3] if turn else "",
        city=CITIES[number % 5],
        mode=Mode.ONLINE if number % 4 == 0 else Mode.IN_PERSON,
        visibility="everyone",
        is_demonstration=True,
        position=turn,
        rank=["head", "deputy", "", "adviser", ""][min(turn, 4)],
    )
    if isinstance(whom, Delegation):
        is_state = whom.kind == Delegation.Kind.MEMBER_STATE
        row.category = Category.MEMBER_STATE if is_state else Category.OBSERVER
        row.delegation = whom
        return row
    row.category, row.rank = whom, ""
    row.function = function or "Researcher"
    row.organisation = "Demo University of Examples"
    return row


def _letters(number):
    """Write a number in letters, A to J for its digits: Baba."""
    return "".join("abcdefghij"[int(digit)] for digit in f"{number:04}").capitalize()
