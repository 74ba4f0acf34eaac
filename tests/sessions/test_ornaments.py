"""The ornament grows with the number of its session."""

import re
from math import comb
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from sessions.ornaments import MOST_POINTS, cover_svg, stamp_svg

SVG = "{http://www.w3.org/2000/svg}"


def points(svg: str) -> int:
    groups = ET.fromstring(svg).findall(f"{SVG}g")  # noqa: S314 (our own text)
    return len(groups[1].findall(f"{SVG}circle"))


def lines(svg: str) -> int:
    return len(re.findall(r"M-?\d", svg))


@pytest.mark.parametrize("number", [1, 2, 3, 9, 12, 20])
def test_every_two_points_are_joined_up_to_twenty(number: int):
    svg = stamp_svg(number)

    assert points(svg) == number
    assert lines(svg) == comb(number, 2)


@pytest.mark.parametrize("number", [23, 40, MOST_POINTS])
def test_beyond_twenty_each_point_is_joined_to_its_nearest_eleven(number: int):
    svg = stamp_svg(number)

    assert points(svg) == number
    assert lines(svg) == number * 11


def test_a_line_meets_the_circle_at_right_angles():
    # Three points, 120 degrees apart: an arc of radius 100 * tan 60°.
    assert "M0 -100.0A173.2 173.2 0 0 0 86.6 50.0" in stamp_svg(3)


def test_opposite_points_are_joined_by_a_straight_line():
    assert "M0 -100.0L0 100.0" in stamp_svg(2)


def test_an_ornament_needs_no_style():
    for svg in (stamp_svg(12), cover_svg(12)):
        assert "style" not in svg
        assert "class" not in svg


def test_the_cover_has_finer_lines_than_the_stamp():
    assert 'stroke-width=".5"' in cover_svg(9)
    assert 'stroke-width="1.25"' in stamp_svg(9)


def test_only_numbers_of_sessions_have_an_ornament():
    with pytest.raises(ValueError, match="No ornament"):
        stamp_svg(0)


def test_the_figure_stops_growing_so_that_every_session_has_one():
    assert stamp_svg(32_767) == stamp_svg(MOST_POINTS)
    assert stamp_svg(MOST_POINTS) != stamp_svg(MOST_POINTS - 1)


@pytest.mark.parametrize("name", ["ornament", "cover-ornament"])
def test_an_ornament_is_kept_by_browsers_for_a_year(client, name: str):
    response = client.get(reverse(f"sessions:{name}", args=[9]))

    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert points(response.content.decode()) == 9


def test_an_ornament_of_no_session_is_not_found(client):
    assert client.get("/en/ornaments/0.svg").status_code == 404
    assert client.get("/en/ornaments/201-cover.svg").status_code == 200
