"""What tests of the API ask, and of which sessions."""

import json
from datetime import date
from typing import Any

from sessions.models import Session
from tests.factories import make_session

LISTS = ["sessions", "themes", "speakers", "figures"]


def ask(client: Any, path: str, **asked: Any) -> Any:
    """Return the JSON of an answer that must be there."""
    response = client.get(f"/api/v1/{path}", asked)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content)


def held(**fields: Any) -> Session:
    """Make a session of 2024, over for a long time."""
    days = {"starts_on": date(2024, 3, 13), "ends_on": date(2024, 3, 14)}
    nothing = {"registration_opens_at": None, "registration_closes_at": None}
    return make_session(**days | nothing | fields)
