"""Take the pictures of docs/images from a running site with its demonstration session.

    PORT=8123 make run                                    # in a fresh clone
    .venv/bin/python docs/screenshots.py http://localhost:8123 PASSWORD

PASSWORD is that of the account ``staff``; mails are read from var/mail.
"""

import re
import sys
import time
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "images"
PAGES = {
    "home": "",
    "sessions": "sessions/",
    "session": "sessions/13-demonstration-session/",
    "form": "sessions/13-demonstration-session/register/",
}
LANGUAGES = ["en", "ar", "zh-hans"]
WIDTHS = [1280, 360]
SCHEMES = ["light", "dark"]
NINTH = "sessions/9-training-the-machines-bytes-rights-and-the-copyright-conundrum/"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def shoot(page: Page, name: str) -> None:
    """Store the whole page as a PNG of 128 colours."""
    picture = Image.open(BytesIO(page.screenshot(full_page=True)))
    picture.convert("RGB").quantize(128).save(FOLDER / f"{name}.png", optimize=True)


def open_page(browser: Browser, width: int, scheme: str = "light") -> Page:
    return browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="America/New_York",
    ).new_page()


def shoot_public(browser: Browser, site: str) -> None:
    for width, scheme in product(WIDTHS, SCHEMES):
        page = open_page(browser, width, scheme)
        for language, (name, path) in product(LANGUAGES, PAGES.items()):
            page.goto(f"{site}/{language}/{path}")
            shoot(page, f"{name}-{language}-{width}-{scheme}")
    page = open_page(browser, 1280)
    page.goto(f"{site}/en/{NINTH}")
    shoot(page, "ninth-session-en-1280-light")


def shoot_registration(browser: Browser, site: str, mails: Path) -> None:
    """Go the way of a stakeholder, with one mistake."""
    page = open_page(browser, 1280)
    page.goto(f"{site}/en/{PAGES['form']}")
    page.check("[name=mode][value=in_person]")
    page.check("[name=category][value=academia]")
    page.fill("[name=family_name]", "Example")
    page.fill("[name=given_name]", "Ada")
    page.fill("[name=organisation]", "Demo University")
    page.fill("[name=email]", "ada@localhost")
    page.check("[name=privacy]")
    page.click("form.form button[type=submit], main form button.btn")
    shoot(page, "form-errors-en-1280-light")
    page.fill("[name=email]", f"ada{int(time.time())}@example.org")
    page.fill("#id_country", "Switzerland")
    page.keyboard.press("Enter")
    page.wait_for_timeout(3000)  # who is quicker is asked once more
    page.click("main form button.btn")
    shoot(page, "check-mail-en-1280-light")
    page.goto(newest_mail(mails).as_uri())
    shoot(page, "mail-en-1280-light")
    page.goto(re.findall(r'href="([^"]+/registrations/[^"]+)"', page.content())[0])
    page.click("button:has-text('Confirm my registration')")
    shoot(page, "my-registration-en-1280-light")
    page.goto(page.url.replace("/en/", "/ar/"))
    page.set_viewport_size({"width": 360, "height": 900})
    shoot(page, "my-registration-ar-360-light")


def newest_mail(mails: Path, seconds: int = 60) -> Path:
    """Wait for the worker to write the mail."""
    end = time.monotonic() + seconds
    before = time.time() - 30
    while time.monotonic() < end:
        found = sorted(mails.glob("*ada*.html")) if mails.exists() else []
        if found and found[-1].stat().st_mtime > before:
            return found[-1]
        time.sleep(0.5)
    raise SystemExit("No mail has come: does the worker run?")


def shoot_admin(browser: Browser, site: str, password: str) -> None:
    page = open_page(browser, 1280)
    page.goto(f"{site}/admin/")
    page.get_by_label("Username").fill("staff")
    page.fill("#id_password", password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/")
    shoot(page, "admin-dashboard-en-1280-light")
    page.goto(f"{site}/admin/conversation/session/")
    shoot(page, "admin-sessions-en-1280-light")
    page.click("text=Demonstration session")
    shoot(page, "admin-session-en-1280-light")
    page.goto(f"{site}/admin/participants/registration/")
    shoot(page, "admin-registrations-en-1280-light")
    page.goto(f"{site}/admin/participants/registration/statistics/13/")
    shoot(page, "admin-statistics-en-1280-light")
    page.goto(f"{site}/admin/participants/checkin/door/13/")
    shoot(page, "admin-door-en-1280-light")
    page.goto(f"{site}/admin/participants/message/add/")
    shoot(page, "admin-message-en-1280-light")


def main() -> None:
    site, password = sys.argv[1:3]
    mails = Path(sys.argv[3] if len(sys.argv) > 3 else "var/mail").resolve()  # noqa: PLR2004
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=ARGUMENTS
        )
        shoot_public(browser, site)
        shoot_registration(browser, site, mails)
        shoot_admin(browser, site, password)
        browser.close()


if __name__ == "__main__":
    main()
