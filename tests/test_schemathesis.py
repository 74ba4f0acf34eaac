"""The API keeps what its OpenAPI document promises, whatever one sends."""

import logging

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import settings

from sessions.models import Session
from tests.factories import make_session
from tests.sessions.factories import fill_session

schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json",
    get_wsgi_application(),
    config=schemathesis.Config.from_dict({"seed": 1}),
)


@pytest.fixture(autouse=True)
def _rows(db, caplog):
    """Make sessions; keep the transaction of the test open through its requests."""
    caplog.set_level(logging.CRITICAL, logger="django.request")
    for number in [1, 2, 9]:
        fill_session(make_session(number=number, description="Words."), 2)
    make_session(number=3, status=Session.Status.CANCELLED, mode="online")
    make_session(number=4, status=Session.Status.DRAFT)
    by_month = {"starts_on": None, "ends_on": None, "held_year": 2022, "held_month": 4}
    make_session(number=5, mode="", registration_opens_at=None, **by_month)
    for signal in [request_started, request_finished]:
        signal.disconnect(close_old_connections)
    yield
    for signal in [request_started, request_finished]:
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=50, deadline=None, database=None, derandomize=True)
def test_every_answer_is_as_documented(case):
    case.call_and_validate()
