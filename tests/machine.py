"""What this machine has of the programs that some tests need."""

import shutil
from pathlib import Path
from typing import NamedTuple


class Program(NamedTuple):
    """A program, the tests that need it, and how Debian installs it."""

    marker: str
    names: tuple[str, ...]
    left_out: str
    install: str

    def path(self) -> str | None:
        """Return where it is, if it is there."""
        return next(filter(None, map(shutil.which, self.names)), None)


CHROMIUM = Program(
    marker="browser",
    names=("chromium", "chromium-browser", "google-chrome"),
    left_out="browser tests (no Chromium)",
    install="apt-get install chromium fonts-noto-core fonts-noto-cjk",
)
LIBREOFFICE = Program(
    marker="libreoffice",
    names=("soffice", "libreoffice"),
    left_out="opening exports in LibreOffice",
    install="apt-get install libreoffice-calc-nogui",
)
GETTEXT = Program(
    marker="gettext",
    names=("xgettext",),
    left_out="freshness of the catalogues (no gettext)",
    install="apt-get install gettext",
)
PROGRAMS = (CHROMIUM, LIBREOFFICE, GETTEXT)
POSTGRESQL_INSTALL = "apt-get install postgresql"


def postgresql_bin() -> Path | None:
    """Return the folder of the newest PostgreSQL server programs, if any."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    found = [folder for folder in folders if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None
