"""The page of an audit: what it says, and that a browser opens it without a network."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from faceaug.coverage.axes import Axis
from faceaug.coverage.counts import table_of
from faceaug.coverage.report import audit
from faceaug.report.page import as_page
from faceaug.report.page.facts import heat, shade, tiles
from faceaug.report.page.portraits import portraits
from faceaug.report.words import interval_words

TONE = Axis("skin_tone", ("light", "tan", "dark"), ordered=True)
GLASSES = Axis("glasses", ("none", "clear"))
EVIL = '"><script>alert(1)</script>'


LIMITS = {"value": 0.8, "low": 0.4, "high": 0.9}
BAD = {
    "kind": "false positives",
    "where": {"skin_tone": "dark"},
    "words": "skin_tone=dark",
    "n": 5,
    "errors": 4,
    "error": LIMITS,
    "elsewhere": 0.1,
    "p": 0.001,
}


def rates(words: str, n: int) -> dict[str, Any]:
    where = dict(part.split("=") for part in words.split(" & ")) if "=" in words else {}
    known = {"error": LIMITS, "fpr": LIMITS, "fnr": None, "positives": 0, "negatives": n}
    return {"where": where, "words": words, "n": n, "state": "insufficient evidence", **known}


def document() -> dict[str, Any]:
    """Forty light faces, five dark ones, none of them tan; of three nobody knows the glasses."""
    codes = [[0, 0]] * 30 + [[0, 1]] * 10 + [[2, 0]] * 5 + [[0, -1]] * 3
    table = table_of([TONE, GLASSES], np.array(codes), rendered=np.arange(48) >= 47)
    return audit(table, 8)


@pytest.fixture
def page() -> str:
    return as_page(document(), "a set")


def test_page_says_every_headline_gap_and_value(page: str) -> None:
    told = document()
    words = re.sub(r"<(style|script|svg).*?</\1>", "", page, flags=re.DOTALL)
    for line in told["headlines"]:
        assert line.replace("'", "&#39;") in words
    for gap in told["gaps"]:
        assert f"<td>{gap['words']}" in words.replace("&amp;", "&")
    for name, entry in told["attributes"].items():
        assert f"<h3>{name}</h3>" in words
        for value, row in entry["values"].items():
            assert re.search(rf"<td>{value}</td><td class=\"n[^>]*>{row['photographed']}</td>", words)


def test_page_needs_nothing_else(page: str) -> None:
    addresses = re.findall(r"""(?:src|href|url\()\s*=?\s*["']?([^"')\s>]+)""", page)
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert "@import" not in page


def test_colours_of_plots_come_from_the_page(page: str) -> None:
    assert "var(--photographed)" in page
    assert not re.search(r"#01020[0-9]", page)


def test_same_document_gives_the_same_page(page: str) -> None:
    assert page == as_page(document(), "a set")


def test_words_of_a_data_set_stay_words() -> None:
    codes = np.zeros((9, 1), np.int64)
    table = table_of([Axis("note", (EVIL, "b"))], codes, rendered=np.zeros(9, np.bool_))
    assert EVIL not in as_page(audit(table, 3), EVIL)


def test_long_lists_say_that_they_are_cut() -> None:
    told = document()
    told["gaps"] = [told["gaps"][0]] * 5000
    page = as_page(told, "a set")
    assert page.count("data-gap ") == 200
    assert "5,000 gaps" in page


def test_optional_sections_appear_with_their_facts() -> None:
    told = document() | {
        "errors": {
            "model": "gate.csv",
            "positive": "yes",
            "renderings_set_aside": 2,
            "overall": rates("everything", 45),
            "tested": 7,
            "significant": 1,
            "q": 0.05,
            "families": [{"kind": "false positives", "tested": 7, "slices": [BAD]}],
            "groups": [rates("skin_tone=dark", 5), rates("skin_tone=dark & glasses=clear", 2)],
        },
        "faults": [{"where": "labels.csv:7", "what": "glasses is 'clera'; did you mean 'clear'?"}],
        "compare": {
            "old": "before.json",
            "photographs": [20, 47],
            "closed": ["glasses=clear"],
            "opened": [],
            "still": [],
            "attributes": {"glasses": {"none": [10, 35]}},
        },
        "continuous": [
            {
                "dimensions": [
                    {"name": name, "low": -60.0, "high": 60.0, "unit": "degrees", "scale": 10.0}
                    for name in ("yaw", "pitch")
                ],
                "points": [[0.0, 0.0], [5.0, 3.0]],
                "k": 1,
                "photographs": 2,
                "outside": 0,
                "radius": 1.0,
                "uncovered": {"value": 0.9, "low": 0.88, "high": 0.92},
                "balls": [{"centre": {"yaw": 40.0, "pitch": 10.0}, "radius": 3.0}],
            }
        ],
    }
    page = as_page(told, "a set")
    for words in (
        "80.0 % (40.0..90.0)",
        "labels.csv:7",
        "before.json",
        "<li>yaw 40, pitch 10: 3.0 steps wide around</li>",
        "90.0 % (88.0..92.0)",
    ):
        assert words in page


def test_shades_tell_nobody_too_few_and_enough_apart() -> None:
    assert [shade(have, 30) for have in (0, 1, 12, 29, 30, 89, 90, 300)] == [0, 1, 2, 3, 4, 4, 5, 6]


def test_a_heat_map_keeps_cells_that_cannot_be() -> None:
    pair = {
        "by": ["a", "b"],
        "values": [["x"], ["y", "z"]],
        "photographed": [[4, 0]],
        "rendered": [[1, 0]],
        "people": [[2, 0]],
        "possible": [[True, False]],
        "cramers_v": None,
        "cramers_v_corrected": None,
        "local": None,
    }
    drawn = heat(pair, 5)
    assert drawn["strength"] == "unknown"
    assert [cell["possible"] for cell in drawn["rows"][0][1]] == [True, False]


def test_unknown_shares_are_words() -> None:
    assert interval_words({"value": None, "low": 0.0, "high": 1.0}) == "unknown"
    assert interval_words(None) == "unknown"


def test_tiles_count_sure_and_open_gaps_apart() -> None:
    told = document()
    numbers = {name: number for number, name in tiles(told)}
    states = [gap["state"] for gap in told["gaps"]]
    assert numbers["gaps undecided"] == str(states.count("undecided"))
    assert numbers["gaps below 8 photographs"] == str(states.count("uncovered"))


def test_portraits_are_small_squares_and_miss_what_is_gone(samples: Path) -> None:
    told = {"gaps": [{"nearest": [{"id": n, "photo": n} for n in ("grace_hopper.jpg", "gone.jpg")]}]}
    found = portraits(told, samples, {"grace_hopper.jpg": (0.5, 0.4, 0.5)})
    assert list(found) == ["grace_hopper.jpg"]
    assert len(found["grace_hopper.jpg"]) < 12_000
    assert 'src="data:image/jpeg;base64,' not in as_page(document(), "a set", found)  # nobody asked for it


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("needs chromium and chromedriver (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    quiet = ("no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking", "disable-component-update")
    for word in ("headless", "window-size=1100,1400", "disable-sync", "disable-quic", *quiet):
        options.add_argument(f"--{word}")
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


@pytest.mark.slow
def test_a_browser_filters_unfolds_and_changes_to_dark(browser: webdriver.Chrome, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(as_page(document(), "a set"), encoding="utf-8")
    browser.get(file.as_uri())
    assert browser.find_element(By.TAG_NAME, "h1").text == "Audit of a set"
    rows = browser.find_elements(By.CSS_SELECTOR, "[data-gap]")
    Select(browser.find_element(By.ID, "gap-state")).select_by_visible_text("undecided")
    left = [row for row in rows if row.is_displayed()]
    wanted = [gap["words"] for gap in document()["gaps"] if gap["state"] == "undecided"]
    assert [row.get_attribute("data-words") for row in left] == wanted
    assert browser.find_element(By.ID, "gap-count").text == f"{len(left)} of {len(rows)} shown"
    folded = browser.find_element(By.CSS_SELECTOR, ".attribute details")
    assert not folded.find_element(By.TAG_NAME, "table").is_displayed()
    folded.find_element(By.TAG_NAME, "summary").click()
    assert folded.find_element(By.TAG_NAME, "table").is_displayed()
    cell = browser.find_element(By.CSS_SELECTOR, ".heat td")
    assert cell.text == "30"
    Select(browser.find_element(By.ID, "count")).select_by_value("local")
    assert cell.text == cell.get_attribute("data-local") != "30"
    colour = "return getComputedStyle(document.body).backgroundColor"
    light = browser.execute_script(colour)
    browser.find_element(By.ID, "theme").click()
    assert browser.execute_script(colour) != light
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []  # type: ignore[no-untyped-call]
    assert len(browser.get_screenshot_as_png()) > 10_000


@pytest.mark.slow
@pytest.mark.parametrize(("width", "paper"), [(400, False), (690, True)], ids=["telephone", "A4"])
def test_nothing_is_cut_where_it_is_narrow(browser: webdriver.Chrome, tmp_path: Path, width: int, paper: bool) -> None:
    """What is known of a gap stands in the last column, which a telephone hid and paper cut off."""
    file = tmp_path / "report.html"
    file.write_text(as_page(document(), "a set"), encoding="utf-8")
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print" if paper else "screen"})
    try:
        browser.get(file.as_uri())
        right = browser.execute_script(
            "return Array.from(document.querySelectorAll('.state')).map(e => e.getBoundingClientRect().right)"
        )
        assert right
        assert 0 < max(right) <= width
        folded = browser.find_elements(By.CSS_SELECTOR, "details:not([open])")
        assert all(node.is_displayed() is not paper for node in folded)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
