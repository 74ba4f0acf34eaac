"""Sign-in of staff: what opens, what does not, and what nobody learns from it."""

import os
import re
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session as WebSession
from django.test import Client
from django.urls import NoReverseMatch, reverse

from participants.models import EmailMessage
from tests.pages import against_the_policy, parse
from tests.staff.people import PASSWORD, browser_of, code_of, make_member
from tests.staff.signing_in import LOGIN, events, give_telephone, sign_in, type_code

pytestmark = pytest.mark.django_db

ADMIN = "/admin/"
AGAIN = "/account/reauthenticate/"
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(autouse=True)
def _asked_by_others(settings):
    settings.STAFF_SECOND_FACTOR = True


# The way in ---------------------------------------------------------------------------


def test_the_admin_sends_to_sign_in_and_the_way_back_is_kept(client):
    path = "/admin/participants/registration/?status=waiting"
    response = client.get(path, follow=True)

    assert response.redirect_chain[-1][0].startswith(f"{LOGIN}?next=%2Fadmin%2Fpart")
    form = parse(response).one("form", action=LOGIN)
    assert form.one("input", name="next").attrs["value"].endswith("status=waiting")


def test_password_and_code_open_the_admin(client):
    user = make_member(is_superuser=True)
    secret = give_telephone(user)

    asked = sign_in(client, user)
    before = client.get(ADMIN)
    done = type_code(client, code_of(secret))

    assert asked.url == "/account/2fa/authenticate/"
    assert before.url.startswith("/admin/login/")  # half a sign-in is none
    assert done.url == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_a_wrong_code_and_one_used_before_open_nothing(client):
    user = make_member(is_superuser=True)
    secret = give_telephone(user)
    code = code_of(secret)
    sign_in(client, user)

    wrong = type_code(client, f"{(int(code) + 1) % 1_000_000:06d}")
    assert wrong.status_code == 200
    assert parse(wrong).all("p", class_="err")
    type_code(client, code)
    client.logout()

    sign_in(client, user)
    assert type_code(client, code).status_code == 200
    assert client.get(ADMIN).status_code == 302


def test_staff_without_a_second_factor_get_nowhere_but_to_it():
    client = browser_of(make_member(is_superuser=True))

    for path in [ADMIN, "/admin/auth/user/", "/en/sessions/?preview"]:
        response = client.get(path)
        assert response.status_code == 302, path
        assert response.url.startswith("/account/2fa/?next="), path
    assert client.post("/admin/auth/user/add/", {"username": "x"}).status_code == 302
    assert not User.objects.filter(username="x").exists()
    assert client.get("/account/2fa/").status_code == 200


def test_on_this_machine_a_password_is_enough(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    user = make_member(is_superuser=True)

    assert sign_in(client, user).url == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_recovery_codes_alone_are_no_second_factor():
    user = make_member(is_superuser=True)
    Authenticator.objects.create(user=user, type="recovery_codes", data={})

    assert browser_of(user).get(ADMIN).status_code == 302


def test_a_telephone_is_set_up_and_gives_recovery_codes(client):
    user = make_member(is_superuser=True)
    sign_in(client, user)

    assert client.get("/account/2fa/totp/activate/").url.startswith(AGAIN)
    client.post(AGAIN, {"password": PASSWORD})
    page = parse(client.get("/account/2fa/totp/activate/"))
    secret = page.one("code").text
    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    done = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    codes = parse(client.get(done.url)).all("code")

    assert page.one("img", class_="qr").attrs["src"].startswith("data:image/svg")
    assert wrong.status_code == 200
    assert done.url == "/account/2fa/recovery-codes/"
    assert len(codes) == 10
    assert client.get(ADMIN).status_code == 200
    client.logout()
    sign_in(client, user)
    assert type_code(client, codes[0].text).url == ADMIN
    client.logout()
    sign_in(client, user)
    assert type_code(client, codes[0].text).status_code == 200  # it worked once


def test_to_take_a_factor_off_one_must_have_just_shown_who_one_is(client):
    user = make_member(is_superuser=True)
    give_telephone(user)

    response = browser_of(user).post("/account/2fa/totp/deactivate/")

    assert "/reauthenticate/" in response.url
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_the_session_gets_another_key_at_sign_in(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    user = make_member()
    client.get(LOGIN)
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    before = session.session_key

    sign_in(client, user)

    assert client.session.session_key != before
    assert not WebSession.objects.filter(pk=before).exists()


# What is closed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "password/set/", "login/code/", "social/"],
)
def test_nothing_else_of_allauth_is_there(client, path):
    assert client.get(f"/account/{path}").status_code == 404
    assert client.get("/account/").status_code == 404


def test_who_is_no_staff_does_not_get_in(client):
    user = User.objects.create_user("visitor", password=PASSWORD)
    give_telephone(user)
    client.force_login(user)

    assert client.get(ADMIN).status_code in {302, 403}
    assert client.get("/admin/auth/user/").status_code in {302, 403}


def test_a_closed_account_does_not_sign_in(client):
    user = make_member(is_active=False)

    assert sign_in(client, user).status_code == 200
    assert client.get(ADMIN).status_code == 302


def test_every_form_of_sign_in_wants_its_csrf_token():
    client = Client(enforce_csrf_checks=True)
    user = make_member()
    for path in [LOGIN, "/account/password/reset/", "/account/2fa/keys/login/"]:
        assert client.post(path, {"login": user.username}).status_code == 403, path
    assert client.post("/language/", {"language": "ar"}).status_code == 403


def test_the_way_back_leads_to_this_site_alone(client, settings):
    settings.STAFF_SECOND_FACTOR = False

    response = sign_in(client, make_member(), next="https://evil.example.org/")

    assert response.url == ADMIN


# Throttle -----------------------------------------------------------------------------


def test_after_ten_wrong_passwords_the_right_one_is_refused_for_an_hour(client):
    user = make_member()
    for _ in range(10):
        sign_in(client, user, "wrong")

    response = sign_in(client, user)

    assert response.status_code == 200
    assert client.get(ADMIN).status_code == 302
    other = make_member("Editor")
    assert sign_in(client, other).status_code == 302  # nobody else is locked out


def test_codes_are_not_tried_without_end(client):
    user = make_member()
    secret = give_telephone(user)
    sign_in(client, user)
    for _ in range(10):
        type_code(client, "000000")

    assert type_code(client, code_of(secret)).status_code == 200
    assert client.get(ADMIN).status_code == 302


def test_many_requests_get_our_own_page(client):
    for _ in range(60):
        client.post(LOGIN)
    response = client.post(LOGIN)

    assert response.status_code == 429
    assert "errors/429.html" in [t.name for t in response.templates]


def test_a_forged_header_opens_no_new_count(client):
    for number in range(61):
        forged = {"X-Forwarded-For": f"192.0.2.{number}"}
        response = client.post(LOGIN, headers=forged)

    assert response.status_code == 429


# Nobody learns who has an account -----------------------------------------------------


def test_wrong_password_and_unknown_name_get_the_same_page(client, monkeypatch):
    user = make_member(username="known-name")
    hashed = []
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    monkeypatch.setattr(hasher, lambda *a, **k: hashed.append(1) or "md5$x$x")

    pages, work = [], []
    for name in ["known-name", "nobody-like"]:
        hashed.clear()
        answer = client.post(LOGIN, {"login": name, "password": "wrong"})
        work.append(len(hashed))
        text = answer.content.decode().replace(name, "NAME")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text))

    assert pages[0] == pages[1]
    assert work == [1, 1]  # the slow part of an answer
    assert user.username not in pages[1]


def test_a_reset_answers_the_same_for_known_and_unknown(client):
    make_member(email="known@example.org")
    answers, inserts = [], []

    for address in ["known@example.org", "unknown@example.org"]:
        response = client.post("/account/password/reset/", {"email": address})
        answers.append((response.status_code, response.url))
        inserts.append(EmailMessage.objects.count())

    assert answers[0] == answers[1]
    assert inserts == [1, 1]


# What is noted ------------------------------------------------------------------------


def test_sign_ins_are_in_the_log_without_addresses(client, caplog):
    user = make_member(email="staff@example.org")
    secret = give_telephone(user)
    sign_in(client, user, "wrong")
    client.post(LOGIN, {"login": "typed@example.org", "password": "x"})
    sign_in(client, user)
    type_code(client, "000000")
    type_code(client, code_of(secret))
    client.post("/account/logout/")

    assert events()[-4:] == [
        "sign-in failed",
        "wrong second factor",
        "signed in",
        "signed out",
    ]
    for entry in LogEntry.objects.all():
        assert "@" not in f"{entry.additional_data}{entry.changes}{entry.actor_email}"
        assert entry.remote_addr is None
    assert "@" not in caplog.text


# Pages --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(client, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    paths = [LOGIN, "/account/password/reset/", "/account/password/reset/done/"]
    paths += ["/account/password/reset/key/x-y/", "/account/inactive/"]
    paths += ["/account/password/reset/key/done/"]
    user = make_member(is_superuser=True)
    pages = [(path, client.get(path)) for path in paths]
    sign_in(client, user)
    client.post(AGAIN, {"password": PASSWORD})
    inside = ["2fa/", "2fa/totp/activate/", "2fa/keys/", "2fa/keys/add/", "logout/"]
    inside += ["reauthenticate/"]
    pages += [(path, client.get(f"/account/{path}")) for path in inside]
    secret = give_telephone(user)
    more = ["2fa/totp/deactivate/", "2fa/recovery-codes/generate/", "2fa/"]
    more += ["2fa/reauthenticate/"]
    pages += [(path, client.get(f"/account/{path}")) for path in more]
    client.logout()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    sign_in(client, user)
    pages += [("authenticate", client.get("/account/2fa/authenticate/"))]
    assert secret

    for path, response in pages:
        assert response.status_code == 200, path
        page = parse(response)
        html = page.one("html").attrs
        assert (html["lang"], html["dir"]) == (
            language,
            "rtl" if language == "ar" else "ltr",
        ), path
        assert against_the_policy(page) == [], path
        assert len(page.all("h1")) == 1, path
        assert "no-store" in response["Cache-Control"], path


def test_the_language_is_chosen_by_post_and_remembered(client):
    response = client.post("/language/", {"language": "ar", "next": LOGIN})

    assert response.url == LOGIN
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] > 10_000_000
    assert parse(client.get(LOGIN)).one("html").attrs["dir"] == "rtl"
    answer = client.post("/language/", {"language": "fr", "next": "//evil.example.org"})
    assert answer.url == "/"


# OpenID Connect -----------------------------------------------------------------------


def test_without_settings_there_is_no_openid():
    assert not [app for app in settings.INSTALLED_APPS if "socialaccount" in app]
    with pytest.raises(NoReverseMatch):
        reverse("openid_connect_login", args=["staff"])


def test_with_settings_there_is_openid_and_still_no_sign_up():
    script = """
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from allauth.socialaccount.adapter import get_adapter
call_command("check"); call_command("migrate", verbosity=0)
client = Client(HTTP_HOST="localhost")
page = client.get("/account/login/")
assert reverse("openid_connect_login", args=["staff"]) in page.content.decode()
assert "form-action 'self' https://id.example.org" in page["Content-Security-Policy"]
assert not get_adapter().is_open_for_signup(None, None)
"""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "wipoconv.settings",
        "DATABASE_URL": f"sqlite:///{settings.DATA_DIR / 'openid.db'}",
        "DEBUG": "on",  # static files as they are written
        "OPENID_SERVER": "https://id.example.org/realm",
        "OPENID_CLIENT": "conversation",
        "OPENID_SECRET": "secret",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
