"""Tries the chapter that trains in the browser, in both languages, and takes pictures.

Usage: check_chapter.py FOLDER

FOLDER holds en/index.html and de/index.html, which are opened from the disk, as a reader does who has been
handed the files. What came of the trainings is written to FOLDER/trained.json: for each the cells as the page
has them, the weights, the score, and what the page answers to a drawn digit. Exits 1 with a sentence at the first thing that is
not as it should be.
"""

import base64
import json
import pathlib
import sys

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from browser import DRAWN, LIMIT, expect, in_browser
from check_playground import DIGITS

# Beside the training as the page comes, these are compared with the notebook's: all of it changed.
CHANGED = [
    {"units1": "12", "activation1": "Relu", "units2": "10", "activation2": "Linear",
     "learning_rate": "0.002", "seed": "7", "batch_size": "64", "epochs": "3"},
    {"units1": "16", "activation1": "Tanh", "units2": "8", "activation2": "Sigmoid",
     "learning_rate": "0.01", "seed": "123456789", "batch_size": "100", "epochs": "2"},
]

# Mistakes that a learner can make in a field, and what the page must say.
MISTAKES = {
    "en": [
        ({"units1": "0"}, "units is 0, but must be at least 1"),
        ({"units1": "999999999"}, "choose fewer units"),
        ({"learning_rate": "0"}, "learning_rate is 0, but must be a number above 0"),
        ({"epochs": "0"}, "epochs is 0, but must be at least 1"),
        ({"batch_size": "1.5"}, "The batch size must be a whole number"),
        ({"learning_rate": "quick"}, "The learning rate must be a number"),
        ({"learning_rate": "1e30", "epochs": "2"}, "is no longer a number"),
    ],
    "de": [
        ({"units1": "0"}, "units ist 0, erlaubt ist mindestens 1"),
        ({"learning_rate": "0"}, "learning_rate ist 0"),
        ({"epochs": ""}, "Die Zahl der Epochen muss eine ganze Zahl sein"),
    ],
}


class Chapter:
    """The page in a browser."""

    def __init__(self, driver, file, size):
        self.driver = driver
        # A window cannot be as narrow as a phone.
        width, height = size
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        driver.get(file.absolute().as_uri())
        self.wait_for("ready")

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait_for(self, *states):
        def is_there(_):
            return self.run("return chapter.state") in states

        WebDriverWait(self.driver, LIMIT, poll_frequency=0.1).until(is_there)
        self.driver.execute_async_script(DRAWN)

    def set(self, **fields):
        for name, value in fields.items():
            self.run(
                "const field = document.querySelector(`[name=${arguments[0]}]`);"
                "field.value = arguments[1]; field.dispatchEvent(new Event('input'));", name, value,
            )

    def reset(self):
        self.run(
            "for (const field of document.querySelectorAll('input')) field.value = field.defaultValue;"
            "for (const field of document.querySelectorAll('select')) field.selectedIndex = 0;"
            "changed();"
        )

    def press(self, selector):
        button = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", button)
        button.click()

    def train(self):
        self.press(".train")
        self.wait_for("ready")

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).textContent", selector)

    def trained(self):
        """What the last training came to, with all that a notebook needs to do the same."""
        problem = self.run("return chapter.problem")
        expect(problem is None, "the training failed:", problem)
        return self.run(
            "return {cells: chapter.cells, score: {loss: chapter.score.loss, accuracy: chapter.score.accuracy},"
            " history: chapter.history, weights: Array.from(new Float32Array(chapter.weights))}"
        )

    def draw(self):
        host = self.driver.find_element(By.CSS_SELECTOR, ".zunder-playground")
        canvas = host.shadow_root.find_element(By.CSS_SELECTOR, ".paper canvas")
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", canvas)
        side = canvas.rect["width"]
        places = [[round((part - 0.5) * side) for part in point] for point in DIGITS[7][0]]
        actions = ActionChains(self.driver, duration=30).move_to_element_with_offset(canvas, *places[0])
        actions.click_and_hold()
        for place in places[1:]:
            actions.move_to_element_with_offset(canvas, *place)
        actions.release().perform()
        self.driver.execute_async_script(DRAWN)
        return self.drawn()

    def drawn(self):
        return self.run(
            "const {playground} = document.querySelector('.zunder-playground');"
            "const pixels = Array.from(playground.see());"
            "return {pixels, answer: Array.from(playground.predict(pixels))};"
        )

    def screenshot(self, file):
        """The whole page in one picture."""
        self.driver.execute_async_script(DRAWN)
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        picture = self.driver.execute_cdp_cmd(
            "Page.captureScreenshot",
            {"captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": size["width"],
                                                     "height": size["height"], "scale": 1}},
        )
        file.write_bytes(base64.b64decode(picture["data"]))
        print(f"wrote {file}")

    def is_wider_than_the_window(self):
        return self.run("return document.documentElement.scrollWidth > window.innerWidth")


def main(folder):
    return in_browser(1280, 1000, lambda driver: check(driver, pathlib.Path(folder)))


def check(driver, folder):
    driver.set_script_timeout(LIMIT)
    # No page may ask for anything from elsewhere.
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
    )
    check_english(driver, folder)
    check_german(driver, folder)
    for entry in driver.get_log("browser"):
        expect(entry["level"] != "SEVERE", "the browser says", entry["message"])


def check_english(driver, folder):
    page = Chapter(driver, folder / "en/index.html", (1280, 1000))
    expect(page.text("#network-problem") == "", "the page begins with a problem")
    expect("parameters wait" in page.text(".state"), "the page says at first", page.text(".state"))
    page.train()
    first = page.trained()
    expect(len(first["history"]) == 10, "there are not ten epochs:", first["history"])
    accuracy = first["score"]["accuracy"]
    expect(accuracy > 0.9, "the accuracy is", accuracy)
    percent = f"{100 * accuracy:.1f} %"
    expect(percent in page.text(".result"), f"{percent} is not in", page.text(".result"))
    seconds = [epoch["seconds"] for epoch in first["history"]]
    print(f"an epoch takes {sum(seconds) / len(seconds):.3f} s in the browser; accuracy on the test {accuracy:.4f}")
    curves = page.run(
        "return [...document.querySelectorAll('.curves')].map(host => host.querySelectorAll('circle').length)"
    )
    expect(curves == [22, 22], "the curves have so many points:", curves)
    mistakes = page.run("return document.querySelectorAll('#mistakes image').length")
    expect(mistakes == 6, "not six mistakes are shown:", mistakes)
    first["drawn"] = page.draw()
    answer = first["drawn"]["answer"]
    expect(answer.index(max(answer)) == 7, "the drawn 7 is taken for", answer)
    page.screenshot(folder / "en.png")

    check_copy(page)
    trained = [first]
    for changed in CHANGED:
        page.set(**changed)
        page.train()
        trained.append({**page.trained(), "drawn": page.drawn()})
        # The digit stays when the network is another one.
        expect(trained[-1]["drawn"]["pixels"] == first["drawn"]["pixels"], "the drawing was lost")
    (folder / "trained.json").write_text(json.dumps(trained))
    check_mistakes(page, "en")
    check_stop(page)
    page = Chapter(driver, folder / "en/index.html", (390, 844))
    check_phone(page, folder / "en-phone.png")


def check_copy(page):
    """The button copies what the cell shows."""
    page.run(
        "window.copied = null;"
        "navigator.clipboard.writeText = async text => { window.copied = text; };"
    )
    page.set(units1="33")
    page.press(".copy[data-cell=define]")
    shown = page.text("code[data-cell=define]")
    expect("Dense::new(33)" in shown, "the cell does not follow the field:", shown)
    expect(page.run("return window.copied") == shown, "the button copies", page.run("return window.copied"))
    page.press(".copy[data-cell=all]")
    everything = page.run("return window.copied")
    cells = page.run("return Object.values(chapter.cells)")
    expect(all(cell in everything for cell in cells) and len(cells) == 10, "not all is copied:", everything)
    page.reset()
    print("what is set is what is copied")


def check_mistakes(page, language):
    for fields, sentence in MISTAKES[language]:
        page.reset()
        page.set(**fields)
        page.train()
        said = page.text(".problem")
        expect(sentence in said, f"{fields}: the page says", repr(said), "and not", repr(sentence))
    page.reset()
    page.train()
    page.trained()
    print(f"{len(MISTAKES[language])} mistakes are told in their own words ({language})")


def check_stop(page):
    """A training that would take for ever is stopped, and its whole epochs are kept."""
    page.set(epochs="100000")
    page.press(".train")
    WebDriverWait(page.driver, LIMIT, poll_frequency=0.05).until(
        lambda _: page.run("return chapter.history.length") >= 2
    )
    page.press(".stop")
    page.wait_for("ready")
    epochs = page.run("return chapter.history.length")
    said = page.text(".state")
    expect(f"after {epochs} whole epochs" in said, "after the stop the page says", said)
    expect(page.run("return chapter.score.accuracy") > 0.7, "after the stop it has forgotten everything")
    page.reset()
    page.train()
    page.trained()
    print("a training can be stopped, and what it had learned is kept")


def check_phone(page, picture):
    page.train()
    page.trained()
    page.draw()
    expect(not page.is_wider_than_the_window(), "the page is wider than a phone")
    page.screenshot(picture)


def check_german(driver, folder):
    page = Chapter(driver, folder / "de/index.html", (1280, 1000))
    page.train()
    expect("% von 2\u202f000 Bildern richtig" in page.text(".result"), "the page says", page.text(".result"))
    page.draw()
    page.screenshot(folder / "de.png")
    check_mistakes(page, "de")
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    )
    page = Chapter(driver, folder / "de/index.html", (390, 844))
    check_phone(page, folder / "de-phone-dark.png")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
