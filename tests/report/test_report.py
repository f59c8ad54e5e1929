"""The report of `kyc-gate replay` in a real browser."""

import json
import os
import random
import subprocess
from pathlib import Path

import chromium
import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "target/debug/kyc-gate"
# KYC_GATE names another program than the one that is built here.
GATE = os.environ.get("KYC_GATE", BUILT)
LOG = ROOT / "examples/replay/envoy.log.gz"
BASELINE = ROOT / "examples/replay/gate.json"
SETTINGS = ROOT / "examples/replay/proposed.json"
STATES = ("accept", "review", "reject")

pytestmark = pytest.mark.skipif(chromium.binary() is None, reason="there is no Chromium")


def replay(*arguments, settings=SETTINGS):
    command = [GATE, "replay", "--audit", LOG, "--baseline", BASELINE, "--settings", settings, *arguments]
    return subprocess.check_output(command, cwd=ROOT)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    if GATE == BUILT:
        subprocess.run(["cargo", "build", "--quiet", "--locked", "-p", "kyc-gate-cli"], cwd=ROOT, check=True)
    path = tmp_path_factory.mktemp("report") / "report.html"
    replay("--html", path)
    return path


@pytest.fixture(scope="module")
def page():
    with chromium.browser() as browser:
        yield browser


def overflow(page):
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_whole_and_silent(page, report, width, scheme):
    page.media(scheme=scheme)
    page.open(report.as_uri(), width)
    assert overflow(page) <= 0
    assert page.said() == []
    assert page.requests() == [report.as_uri()]
    charts = page.evaluate(
        "[...document.querySelectorAll('svg[role=img]')].map(svg => {"
        " const box = svg.getBoundingClientRect();"
        " const shapes = svg.querySelectorAll('path, rect').length;"
        " return [svg.getAttribute('aria-label').length, shapes, box.width, box.height];"
        "})"
    )
    assert len(charts) == 5
    for label, shapes, wide, high in charts:
        assert label > 20
        assert shapes > 3
        assert wide > 200
        assert high > 100
    assert page.evaluate("document.getElementById('try').hidden") is False


def test_it_prints(page, report):
    page.media()
    page.open(report.as_uri(), 1280)
    assert page.pdf().startswith(b"%PDF")
    page.media(media="print", scheme="dark")
    assert overflow(page) <= 0
    assert page.evaluate("getComputedStyle(document.getElementById('try')).display") == "none"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.media()


def test_without_javascript_only_the_sliders_are_missing(page, report):
    texts = "[...document.querySelectorAll('body > *:not(#try):not(script)')].map(e => e.innerText).join('\\n')"
    page.open(report.as_uri(), 1280)
    with_script = page.evaluate(texts)
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(report.as_uri(), 1280)
        assert page.evaluate("document.getElementById('try').hidden") is True
        assert page.evaluate(texts) == with_script
        assert len(with_script) > 2000
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


def moved(settings, dice):
    """Settings with other weights and thresholds."""
    settings = json.loads(json.dumps(settings))
    proof = settings["identityProof"]
    for check in dice.sample(sorted(proof["weights"]), 6):
        proof["weights"][check] = dice.randint(1, 100)
    below, above = sorted((dice.randint(0, 100), dice.randint(0, 100)))
    proof["thresholds"] = {"rejectBelow": below, "acceptAbove": above}
    return settings


def test_the_sliders_say_what_the_program_says(page, report, tmp_path):
    page.media()
    page.open(report.as_uri(), 1280)
    dice = random.Random(3)
    proposed = json.loads(SETTINGS.read_text())
    seen = set()
    for number in range(12):
        settings = moved(proposed, dice) if number else proposed
        path = tmp_path / "settings.json"
        path.write_text(json.dumps(settings))
        decisions = json.loads(replay("--json", settings=path))["decisions"]
        expected = [f"{decisions[state]['proposed']:,}" for state in STATES]
        page.evaluate(
            f"""(settings => {{
                const names = {json.dumps(sorted_checks(page))};
                for (const input of document.querySelectorAll('#try input[data-proof=identity]')) {{
                    const value = input.dataset.check
                        ? settings.weights[names[Number(input.dataset.check)]]
                        : settings.thresholds[input.dataset.threshold];
                    input.value = value;
                }}
                document.querySelector('#try input').dispatchEvent(new Event('input'));
            }})({json.dumps(settings["identityProof"])})"""
        )
        found = page.evaluate("[...document.querySelectorAll('#try tr[data-state] .posts')].map(e => e.textContent)")
        assert found[:3] == expected, settings
        seen.add(tuple(found))
    assert len(seen) > 6


def sorted_checks(page):
    """The identity checks, in the order of the sliders."""
    return page.evaluate(
        "[...document.querySelectorAll('#try input[data-proof=identity][data-check]')]"
        ".map(e => e.closest('label').firstChild.textContent)"
    )
