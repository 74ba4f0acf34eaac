"""Sign-in of staff in a browser: by a passkey of a made-up device, and without one."""

import pytest
from allauth.mfa.models import Authenticator

from tests.browser.axe import DESKTOP, PHONE, judged
from tests.staff.people import PASSWORD, make_member

pytestmark = pytest.mark.looks
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _as_if_others_asked(settings, live_server):
    settings.STAFF_SECOND_FACTOR, settings.SITE_URL = True, live_server.url


def with_device(page):
    """Give a page a device that makes passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


def type_password(page, live_server, name):
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()  # the button for a key waits for its script


def add_key(page, *, is_passkey):
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    if is_passkey:
        page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add a key").click()
    page.wait_for_url("**/recovery-codes/")


def test_a_passkey_is_set_up_and_signs_in_without_a_password(new_context, live_server):
    make_member(None, username="root", is_superuser=True)
    page = new_context(viewport=DESKTOP).new_page()
    with_device(page)

    type_password(page, live_server, "root")
    assert "/account/2fa/" in page.url
    add_key(page, is_passkey=True)
    page.get_by_role("link", name="Go to the administration").click()
    page.locator("#logout-form button").click()
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/admin/")

    assert page.locator("#user-tools").is_visible()
    assert Authenticator.objects.filter(type="webauthn").exists()


def test_a_key_is_a_second_factor_after_the_password(new_context, live_server):
    make_member(None, username="root", is_superuser=True)
    page = new_context(viewport=DESKTOP).new_page()
    with_device(page)
    type_password(page, live_server, "root")
    add_key(page, is_passkey=False)
    page.goto(f"{live_server.url}/account/logout/")
    page.get_by_role("button", name="Sign out").click()

    type_password(page, live_server, "root")
    assert "/2fa/authenticate/" in page.url
    page.get_by_role("button", name="Use a key").click()
    page.wait_for_url("**/admin/")


def test_a_key_that_is_not_accepted_is_said_on_the_page(new_context, live_server):
    page = new_context(viewport=DESKTOP).new_page()
    session, device = with_device(page)
    refusing = {"authenticatorId": device, "isUserVerified": False}
    session.send("WebAuthn.setUserVerified", refusing)
    page.goto(f"{live_server.url}/account/login/")

    page.get_by_role("button", name="Sign in with a passkey").click()

    page.locator("#passkey-error").wait_for(state="visible")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_sign_in_breaks_a_rule(new_context, live_server, language):
    make_member(None, username="root", is_superuser=True)
    context = new_context(viewport=DESKTOP, reduced_motion="reduce")
    cookie = {"name": "django_language", "value": language, "url": live_server.url}
    page, broken = context.new_page(), []
    for paths, name in [
        (["login/", "password/reset/", "password/reset/key/x-y/"], None),
        (["2fa/", "2fa/keys/", "reauthenticate/"], "root"),
    ]:
        if name:
            context.clear_cookies()
            type_password(page, live_server, name)
        context.add_cookies([cookie])
        for path in paths:
            page.set_viewport_size(DESKTOP)
            page.goto(f"{live_server.url}/account/{path}")
            for size in [DESKTOP, PHONE]:
                page.set_viewport_size(size)
                broken += [f"{path} {size['width']}: {what}" for what in judged(page)]

    assert not broken, "\n".join(broken)
