"""The version of the content: raised by what pages show, by nothing else."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from participants import services
from sessions.models import (
    Appearance,
    ContentVersion,
    ReservedPlaces,
    Session,
    SessionDraft,
    Speaker,
    Theme,
)
from tests.factories import make_delegation, make_session, person
from tests.sessions.factories import fill_session, make_document

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for model in apps.get_app_config("conversation").get_models()
    if model not in {ContentVersion, SessionDraft}  # no public page shows them
]


def version():
    return ContentVersion.objects.current()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_saving_and_deleting_a_row_raises_it(model):
    session = make_session()
    fill_session(session, 1)
    ReservedPlaces.objects.create(
        session=session, category="academia", places=1, released_at=timezone.now()
    )
    row = model.objects.first()
    assert row is not None, "nothing above makes one"

    if model is Speaker:
        Appearance.objects.all().delete()  # they protect their speakers

    before = version()
    row.save()
    saved = version()
    row.delete()

    assert before < saved < version()


def test_choosing_and_dropping_a_theme_raises_it():
    session, theme = make_session(), Theme.objects.create(slug="ai", name="AI")

    before = version()
    session.themes.add(theme)
    added = version()
    theme.sessions.clear()

    assert before < added < version()


def test_a_write_that_is_rolled_back_does_not_raise_it():
    before = version()

    with transaction.atomic():
        make_session()
        transaction.set_rollback(True)

    assert version() == before


def test_loading_sessions_raises_it_and_loading_them_again_does_not():
    before = version()
    call_command("load_sessions", stdout=StringIO())
    loaded = version()

    call_command("load_sessions", stdout=StringIO())

    assert before < loaded == version()


def test_making_the_demonstration_raises_it():
    before = version()

    call_command("make_demo_session", stdout=StringIO())

    assert version() > before


def test_a_registration_does_not_raise_it():
    session = make_session()
    before = version()

    services.register(session, **person())

    assert version() == before


def test_a_delegation_raises_it_since_forms_offer_it():
    before = version()

    make_delegation()

    assert version() > before


def test_whoever_writes_past_the_models_raises_it_by_hand():
    make_document(make_session(), url="https://www.wipo.int/x")
    before = version()

    Session.objects.update(city_en="Geneva")
    unseen = version()
    ContentVersion.objects.raise_it()

    assert (unseen, version()) == (before, before + 1)


def test_it_starts_anew_in_a_table_that_was_emptied():
    ContentVersion.objects.all().delete()

    ContentVersion.objects.raise_it()

    assert version() == 1
