"""The fixed words of the list of participants and the order of its sections.

The document is in French and English whatever language its reader has, so these words
are not in the catalogues.
"""

from typing import NamedTuple

Pair = tuple[str, str]  # French, English

TITLE = ("LISTE DES PARTICIPANTS", "LIST OF PARTICIPANTS")
REMOTE = "en\N{NO-BREAK SPACE}ligne/online"
DEMONSTRATION = "[DÉMONSTRATION/DEMONSTRATION]"
FOR_PARTICIPANTS = (
    "[RÉSERVÉ AUX PARTICIPANTS, NE PAS PUBLIER/"
    "FOR PARTICIPANTS ONLY, NOT FOR PUBLICATION]"
)

STATES_IN_ORDER = (
    "dans l’ordre alphabétique français des noms des États",
    "in the alphabetical order of the names of the States in French",
)


class Section(NamedTuple):
    """A part of the list; ``in_capitals`` where the headings of delegations are."""

    key: str
    heading: Pair
    note: Pair | None = None
    in_capitals: bool = False


SECTIONS = [
    Section("member_state", ("ÉTATS MEMBRES", "MEMBER STATES"), STATES_IN_ORDER, True),
    Section(
        "observer_state", ("ÉTATS OBSERVATEURS", "OBSERVER STATES"), in_capitals=True
    ),
    Section(
        "special", ("DÉLÉGATIONS SPÉCIALES", "SPECIAL DELEGATIONS"), in_capitals=True
    ),
    Section(
        "igo",
        (
            "ORGANISATIONS INTERGOUVERNEMENTALES (OIG)",
            "INTERGOVERNMENTAL ORGANIZATIONS (IGOs)",
        ),
        in_capitals=True,
    ),
    Section(
        "ngo",
        (
            "ORGANISATIONS NON GOUVERNEMENTALES (ONG)",
            "NON-GOVERNMENTAL ORGANIZATIONS (NGOs)",
        ),
    ),
    Section("other", ("AUTRES OBSERVATEURS", "OTHER OBSERVERS")),
    Section("academia", ("MILIEUX UNIVERSITAIRES", "ACADEMIA")),
    Section("enterprise", ("ENTREPRISES", "ENTERPRISES")),
    Section(
        "ip_professional",
        (
            "PROFESSIONNELS DE LA PROPRIÉTÉ INTELLECTUELLE",
            "INTELLECTUAL PROPERTY PROFESSIONALS",
        ),
    ),
    Section("press", ("PRESSE", "PRESS")),
    Section("individual", ("PARTICULIERS", "INDIVIDUALS")),
    Section("guest", ("INVITÉS", "GUESTS")),
    Section("speaker", ("INTERVENANTS", "SPEAKERS")),
    Section("officers", ("BUREAU", "OFFICERS")),
    Section("interpreter", ("INTERPRÈTES", "INTERPRETERS")),
    Section("staff", ("SECRÉTARIAT", "SECRETARIAT")),
]
