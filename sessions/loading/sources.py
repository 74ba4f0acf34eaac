"""Which pages may be shown as sources, and under what name."""

import re
from urllib.parse import urlsplit

# Official and press publishers; their subdomains count too. A page of anybody else
# (a blog, a law firm, an unaffiliated copy of an official page) is never published.
PUBLISHERS = {
    "wipo.int": "WIPO",
    "un.org": "United Nations",
    "itu.int": "ITU",
    "unctad.org": "UNCTAD",
    "unesco.org": "UNESCO",
    "wto.org": "WTO",
    "mcit.gov.eg": "Ministry of Communications and Information Technology, Egypt",
    "etradeforall.org": "eTrade for all",
    "ag-ip-news.com": "AG-IP News Agency",
}

# Found in the path of an address: what the page is. The first that is found counts.
KINDS_OF_PAGE = {
    r"/news/(?P<year>20\d\d)/": "news item",
    r"/(?:latest_)?news(?:[/.]|$)": "news item",
    r"/wipo-magazine/": "magazine article",
    r"/registration/": "registration form",
    r"/meetings/": "page of the meeting",
    r"/frontier_conversation|/metaverse-and-ip|/data\.html": "page of the Conversation",
    r"qanda": "questions and answers",
}


def publisher(url: str) -> str:
    """Name who publishes an address; "" for everybody who is not on the list."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    for known, name in PUBLISHERS.items():
        if host == known or host.endswith(f".{known}"):
            return name
    return ""


def source_title(url: str) -> str:
    """Name a page of a known publisher: "WIPO: news item, 2024"."""
    path = urlsplit(url).path.casefold()
    for pattern, kind in KINDS_OF_PAGE.items():
        found = re.search(pattern, path)
        if found:
            year = found.groupdict().get("year")
            return f"{publisher(url)}: {kind}" + (f", {year}" if year else "")
    return f"{publisher(url)}: {urlsplit(url).hostname}"
