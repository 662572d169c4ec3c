"""Reads a book in a real browser, as somebody does who opens its folder: without a server.

Usage: check_book.py NOTEBOOK BOOK_FOLDER [what `cargo lab browser` adds, unused]

NOTEBOOK is one that the book has. Exits 1 with a sentence at the first thing that is not as it should be.
"""

import pathlib
import sys

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from browser import LIMIT, expect, in_browser

# The same word, typed with its umlaut and without, and what the list of hits says.
TYPED = ["Überanpassung", "uberanpassung", "Ueberanpassung"]

# Pictures that are not there, and whether anything is wider than the page.
LOOKS = """
const missing = [...document.images].filter(image => !image.complete || !image.naturalWidth);
return [missing.map(image => image.src), document.documentElement.scrollWidth > innerWidth];
"""


def main(notebook, folder, *_):
    name = pathlib.Path(notebook).stem
    book = pathlib.Path(folder)
    return in_browser(1280, 900, lambda driver: read(driver, book, name))


def read(driver, book, name):
    pages = ["index.html", "de/index.html", f"de/{name}.html", "de/glossary.html", "de/print.html"]
    # A phone, then a desk: a page that is too wide for one is not read there.
    for width in (390, 1280):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        for page in pages:
            driver.get((book / page).absolute().as_uri())
            missing, is_too_wide = driver.execute_script(LOOKS)
            expect(not missing, f"{page} lacks pictures:", missing)
            expect(not is_too_wide, f"{page} is too wide for {width} pixels")
            no_errors(driver, page)
    hits = [search(driver, book / f"de/{name}.html", word) for word in TYPED]
    expect(hits[0] and hits.count(hits[0]) == len(hits), "typed otherwise, something else is found:", hits)
    # The first hit is the glossary's, and Enter opens it.
    driver.find_element(By.ID, "search").submit()
    WebDriverWait(driver, LIMIT).until(lambda _: "glossary.html#word-" in driver.current_url)
    heading = driver.find_element(By.CSS_SELECTOR, ":target dt").text
    expect(heading.startswith(TYPED[0]), "the glossary opens at", heading)
    search_without_hit = search(driver, book / "en/glossary.html", "xyzzy")
    expect(search_without_hit == [], "xyzzy is found:", search_without_hit)
    no_errors(driver, "searching")
    print(f"{len(pages)} pages read at two widths; {TYPED[0]} is found at {len(hits[0])} places")


def search(driver, page, word):
    """The links that are found when this word is typed."""
    driver.get(page.absolute().as_uri())
    driver.find_element(By.ID, "search").send_keys(word)
    status = lambda _: driver.find_element(By.CSS_SELECTOR, ".found p").text
    WebDriverWait(driver, LIMIT).until(status)
    links = driver.find_elements(By.CSS_SELECTOR, ".found li a")
    return [link.get_attribute("href").rsplit("/", 1)[1] for link in links]


def no_errors(driver, where):
    errors = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    expect(not errors, f"{where} has an error:", errors)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
