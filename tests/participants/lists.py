"""Lists of participants for tests, and what a PDF of one shows."""

from sessions.models import Category, Mode
from tests.factories import make_delegation, make_registration, make_session

CATEGORY_OF = {"member_state": Category.MEMBER_STATE}


def make_member(session, delegation, family_name, **fields):
    category = CATEGORY_OF.get(delegation.kind, Category.OBSERVER)
    fields = {"category": category, "delegation": delegation} | fields
    return make_registration(session, family_name=family_name, **fields)


def make_state(french, english, **fields):
    return make_delegation(name_en=english, name_fr=french, **fields)


def demonstration():
    """Make a session whose list has five scripts, and somebody online."""
    session = make_session(meeting_code="DEMO/13/INF/1", title_fr="Essai")
    state = make_state("Égypte", "Egypt")
    people = [
        ("Demo-Nguyễn", "Văn Ạnh"),
        ("تجريبي", "محمد"),
        ("示例王", "小明"),
        ("Демо-Щукин", "Ђура"),
        ("Δημόπουλος", "Γιώργος"),
    ]
    for position, (family, given) in enumerate(people, start=1):
        fields = {"given_name": given, "position": position, "city": "القاهرة"}
        make_member(session, state, family, mode=Mode.ONLINE, **fields)
    return session


def glyphs_shown(page):
    """List the numbers of all glyphs of a page; 0 stands for one that lacks."""
    found = set()
    for operands, operator in page.get_contents().operations:
        if operator not in {b"Tj", b"TJ"}:
            continue
        parts = operands[0] if operator == b"TJ" else operands
        for part in parts:
            raw = getattr(part, "original_bytes", None)
            if raw is not None:
                found |= {int.from_bytes(raw[n : n + 2]) for n in range(0, len(raw), 2)}
    assert found
    return found
