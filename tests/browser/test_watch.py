"""The watch over the browser sees what it must see."""

import pytest


@pytest.fixture
def health_page(page, live_server):
    page.goto(f"{live_server.url}/healthz")
    return page


def test_a_foreign_host_is_a_fault(health_page, faults):
    health_page.evaluate("fetch('http://192.0.2.1/').catch(() => null)")

    assert any("192.0.2.1" in fault for fault in faults)
    faults.clear()


def test_a_script_against_the_policy_is_a_fault(health_page, faults):
    health_page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'),"
        " {textContent: '1'}))"
    )
    health_page.wait_for_timeout(100)

    assert any("Content Security Policy" in fault for fault in faults)
    faults.clear()


def test_a_missing_part_of_a_page_is_a_fault(health_page, faults):
    health_page.evaluate("fetch('/static/there-is-no-such-file.js')")
    health_page.wait_for_timeout(100)

    assert any(fault.startswith("404") for fault in faults)
    faults.clear()
