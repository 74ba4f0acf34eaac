"""Take every picture of docs/images anew, from a site of its own that goes afterwards.

    PORT=8123 .venv/bin/python docs/screenshots.py

Needs Chromium and pdftoppm (apt-get install chromium poppler-utils); takes minutes.
Everybody in the pictures is demonstration data.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

BASE_DIR = Path(__file__).parent.parent
FOLDER = BASE_DIR / "docs/images"
PORT = os.environ.get("PORT", "8000")
COLOURS = 64
WIDTHS = [1280, 360]
BOTH = ["en", "ar"]
LANGUAGES = [*BOTH, "zh-hans"]
PATIENCE = 120  # seconds for the site to start, and for a mail to come
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

DEMONSTRATION = "sessions/13-demonstration-session/"
PUBLIC = {
    "home": "",
    "sessions": "sessions/",
    "session": DEMONSTRATION,
    "form": f"{DEMONSTRATION}register/",
}
OTHERS = {
    "ninth-session": "sessions/9-training-the-machines-bytes-rights-and-the-copyright"
    "-conundrum/",
    "figures": "figures/",
    "themes": "themes/",
    "speakers": "speakers/",
}
ADMIN = {
    "dashboard": "",
    "sessions": "conversation/session/",
    "session": "conversation/session/{session}/change/",
    "programme": "conversation/session/{session}/programme/",
    "registrations": "participants/registration/?session__id__exact={session}",
    "approvals": "participants/registration/approvals/",
    "history": "participants/registration/{registration}/history/",
    "statistics": "participants/registration/statistics/13/",
    "list": "participants/edition/preview/?session=13",
    "message": "participants/message/add/",
    "door": "participants/checkin/door/13/",
}
# A focal point of the largest delegation, a line in the queue of approvals, keys.
PREPARE = """
from django.db.models import Count
from participants.models import Delegation, FocalPoint, Registration, Status
from sessions.models import Session
session = Session.objects.get(number=13)
rows = session.registrations.filter(status=Status.CONFIRMED)
largest = rows.exclude(delegation=None).order_by().values("delegation")
state = largest.annotate(n=Count("pk")).order_by("-n").first()["delegation"]
point = FocalPoint.objects.create(
    delegation_id=state, email="focal.point@example.org", language="en"
)
mine = Registration.objects.get(email="demo.confirmed@example.org")
print("FOUND", session.pk, mine.pk, point.get_absolute_url())
"""


class Site(NamedTuple):
    """A running site: where it is, the account of staff, its mails."""

    url: str
    password: str
    data: Path

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py on its data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env=_environment(self.data),
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def newest_mail(self, to: str) -> Path:
        """Wait until the worker has written a mail to this address, and no more."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = sorted((self.data / "mail").glob(f"*{to}*.html"))
            if found:
                time.sleep(1)
                return max((self.data / "mail").glob(f"*{to}*.html"))
            time.sleep(0.25)
        raise SystemExit(f"No mail to {to} has come.")


def _environment(data: Path) -> dict[str, str]:
    own = {"DATA_DIR": str(data), "PORT": PORT, "ENV_FILE": os.devnull}
    return os.environ | own


@contextmanager
def running_site() -> Iterator[Site]:
    """Start a site as `make run` does, on empty data."""
    with TemporaryDirectory(prefix="wipoconv-pictures-") as folder:
        data = Path(folder)
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=BASE_DIR,
            env=_environment(data),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            said = ""
            for line in process.stdout or []:
                said += line
                if line.startswith("Outgoing mail"):
                    break
            found = re.search(r"password (\S+) ", said)
            if not found:
                raise SystemExit(f"The site did not start:\n{said}")
            yield Site(f"http://localhost:{PORT}", found[1], data)
        finally:
            process.terminate()
            process.wait()


def open_page(browser: Browser, width: int = 1280, scheme: str = "light") -> Page:
    return browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        timezone_id="America/New_York",
    ).new_page()


def shoot(page: Page, name: str) -> None:
    """Store the whole page as a PNG of few colours."""
    store(Image.open(BytesIO(page.screenshot(full_page=True))), name)


def store(picture: Image.Image, name: str) -> None:
    few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def shoot_in_both(page: Page, name: str) -> None:
    """Take a page with a language in its address in English and Arabic, wide and not.

    It is asked for anew, so that nothing typed is in it.
    """
    here = page.url
    for language, width in product(BOTH, WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(re.sub(r"/en/", f"/{language}/", here))
        shoot(page, f"{name}-{language}-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(here)


def shoot_public(browser: Browser, site: Site) -> None:
    for width, scheme in product(WIDTHS, ["light", "dark"]):
        page = open_page(browser, width, scheme)
        for language, (name, path) in product(LANGUAGES, PUBLIC.items()):
            page.goto(f"{site.url}/{language}/{path}")
            shoot(page, f"{name}-{language}-{width}-{scheme}")
    page = open_page(browser)
    for name, path in OTHERS.items():
        page.goto(f"{site.url}/en/{path}")
        shoot(page, f"{name}-en-1280-light")


def shoot_mail(browser: Browser, site: Site, to: str, name: str) -> str:
    """Take the newest mail as a mail program shows it; return its personal link."""
    page = open_page(browser, 760)
    page.goto(site.newest_mail(to).as_uri())
    shoot(page, name)
    [link, *_] = re.findall(r'href="([^"]+/registrations/[^"/]+/)"', page.content())
    page.context.close()
    return str(link)


def register(page: Page, site: Site, language: str, email: str) -> None:
    """Fill in the form; it is not sent."""
    page.goto(f"{site.url}/{language}/{PUBLIC['form']}")
    page.check("[name=mode][value=in_person]")
    page.check("[name=category][value=academia]")
    page.fill("[name=family_name]", "Demo-Example")
    page.fill("[name=given_name]", "Person")
    page.fill("[name=organisation]", "Demonstration University")
    page.fill("[name=function]", "Lecturer")
    page.fill("[name=email]", email)
    page.check("[name=privacy]")


def choose_country(page: Page) -> None:
    page.fill("#id_country", "Suiza")  # found in any of the languages
    page.keyboard.press("Enter")


def send(page: Page) -> None:
    page.wait_for_timeout(3_000)  # who is quicker is asked once more
    page.click("#registration-form button.btn")
    page.wait_for_load_state()


def shoot_registration(browser: Browser, site: Site) -> None:
    """Go the way of a stakeholder, with mistakes first."""
    for language, width in product(BOTH, WIDTHS):
        page = open_page(browser, width)
        register(page, site, language, "demo@localhost")
        page.click("#registration-form button.btn")
        page.wait_for_selector("#errors")
        shoot(page, f"form-errors-{language}-{width}")
    page = open_page(browser)
    register(page, site, "en", "demo.confirmed@example.org")
    choose_country(page)
    shoot(page, "form-filled-en-1280")
    send(page)
    shoot_in_both(page, "check-mail")
    page.goto(shoot_mail(browser, site, "demo.confirmed", "mail-confirm-en"))
    shoot_in_both(page, "confirm")
    page.click("form button.btn")
    page.wait_for_load_state()
    shoot_in_both(page, "my-registration")
    shoot_mail(browser, site, "demo.confirmed", "mail-confirmed-en")


def shoot_waiting(browser: Browser, site: Site) -> None:
    """Register once more, now that the room is full."""
    page = open_page(browser)
    register(page, site, "ar", "demo.waiting@example.org")
    choose_country(page)
    send(page)
    link = shoot_mail(browser, site, "demo.waiting", "mail-confirm-ar")
    page.goto(link.replace("/ar/", "/en/"))
    page.click("form button.btn")
    page.wait_for_load_state()
    shoot_in_both(page, "waiting-list")
    shoot_mail(browser, site, "demo.waiting", "mail-waiting-ar")


def shoot_admin(browser: Browser, site: Site, keys: dict[str, str]) -> None:
    page = open_page(browser)
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Username").fill("staff")
    page.fill("#id_password", site.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/")
    for language in BOTH:
        cookie = {"name": "django_language", "value": language, "url": site.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        for name, path in ADMIN.items():
            page.goto(f"{site.url}/admin/{path.format_map(keys)}")
            shoot(page, f"admin-{name}-{language}")


def shoot_paper(site: Site) -> None:
    """Take the first pages of what is printed."""
    for name, command in [
        ("paper-list", ["list_of_participants", "13", "--format", "pdf"]),
        ("paper-badges", ["print_badges", "13"]),
    ]:
        file = site.data / f"{name}.pdf"
        site.manage(*command, "--output", str(file))
        page = ["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile"]
        subprocess.run([*page, file, file.with_suffix("")], check=True)
        store(Image.open(file.with_suffix(".png")), name)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium or not shutil.which("pdftoppm"):
        raise SystemExit("apt-get install chromium poppler-utils")
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with running_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        shoot_public(browser, site)
        shoot_registration(browser, site)
        site.manage("load_delegations")
        site.manage("make_demo_registrations", "13", "--count", "600")
        shoot_waiting(browser, site)
        said = site.manage("shell", "--verbosity", "0", "-c", PREPARE)
        session, registration, delegation = said.partition("FOUND")[2].split()
        page = open_page(browser)
        page.goto(f"{site.url}{delegation}")
        page.wait_for_load_state()
        shoot_in_both(page, "delegation")
        shoot_admin(browser, site, {"session": session, "registration": registration})
        shoot_paper(site)
        browser.close()
    size = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
