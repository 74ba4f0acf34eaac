"""Keep personal links out of the logs."""

import logging
import re

_TOKEN = re.compile(r"(/(?:registrations|delegations)/)[^/\s]+")


class TokenFilter(logging.Filter):
    """Blot out the token of every personal link in a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _TOKEN.sub(r"\1…", record.getMessage())
        record.args = ()
        return True
