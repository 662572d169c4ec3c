"""Draws in the playgrounds of a notebook, in JupyterLab and in the saved page.

Usage: check_playground.py NOTEBOOK OUTPUT_FOLDER TIMEOUT JUPYTERLAB_COMMAND...

As browser_run.py; the notebook is lab/tests/playground.ipynb. Exits 1 with a sentence at
the first thing that is not as it should be.
"""

import json
import pathlib
import subprocess
import sys

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import DRAWN, LIMIT, STANDS_STILL, expect, in_page, joined

# Lines from point to point on the canvas, as parts of its side.
DIGITS = {
    0: [[(0.50, 0.15), (0.36, 0.22), (0.28, 0.38), (0.28, 0.60), (0.36, 0.78), (0.50, 0.86),
         (0.64, 0.78), (0.71, 0.60), (0.70, 0.38), (0.62, 0.22), (0.50, 0.15)]],
    1: [[(0.53, 0.15), (0.52, 0.30), (0.51, 0.45), (0.49, 0.65), (0.48, 0.85)]],
    7: [[(0.25, 0.20), (0.50, 0.19), (0.74, 0.20), (0.62, 0.45), (0.52, 0.68), (0.45, 0.88)]],
}
TOLERANCE = 1e-5


# Whether the script of a cell's playground has run on the page.
IS_SHOWN = """
const cell = window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]].node;
const host = cell.querySelector('.zunder-playground');
return !!host && host.isConnected && !!host.playground;
"""


def main(notebook, output, timeout, *command):
    output = pathlib.Path(output)
    output.mkdir(parents=True, exist_ok=True)

    def check(page):
        page.run_all(float(timeout))
        expect(not page.errors(), "the page shows an error", page.errors())
        references = printed_references(page.state()["cells"])
        check_jupyterlab(page, references, output)
        saved = save_as_html(page.state()["cells"], output, command)
        check_saved_page(page.driver, saved, references, output)

    return in_page(notebook, command, check)


def printed_references(cells):
    """For each playground: test images and what `predict` gives for them in Rust."""
    printed = [
        "".join(joined(output["text"]) for output in cell["outputs"] if "text" in output)
        for cell in cells
    ]
    return [[json.loads(line) for line in text.splitlines()] for text in printed if "[[" in text]


def check_jupyterlab(page, references, output):
    driver = page.driver
    for number, reference in enumerate(references):
        playground = Playground.bring_into_view(page, number)
        playground.compare(reference)
    playground = Playground.bring_into_view(page, 0)
    playground.screenshot(output / "playground-empty.png")
    for digit in DIGITS:
        draw_and_recognise(playground, digit, output / f"playground-{digit}.png")
    driver.save_screenshot(str(output / "playground-in-jupyterlab.png"))
    check_fingers(playground)
    check_keyboard(page, playground, output)


def draw_and_recognise(playground, digit, picture):
    playground.clear()
    expect(playground.bars() == [0] * 10, "the bars are not empty:", playground.bars())
    seen = playground.draw(DIGITS[digit])
    expect(len({tuple(bars) for bars in seen}) > 2, "the bars stand still while drawing", seen)
    playground.screenshot(picture)
    playground.expect_vote(digit)
    values = playground.values()
    print(f"a drawn {digit} is recognised with {values[digit]:.1%}")


def check_fingers(playground):
    playground.clear()
    playground.touch(DIGITS[7])
    playground.expect_vote(7)
    print("a 7 drawn with a finger is recognised")


def check_keyboard(page, playground, output):
    """A line down the middle is a 1; and JupyterLab must not take the keys for its own."""
    playground.clear()
    cells = [cell["source"] for cell in page.state()["cells"]]
    keys = [Keys.ARROW_UP] * 15 + [Keys.SPACE] + [Keys.ARROW_DOWN] * 30
    playground.press(keys)
    playground.screenshot(output / "playground-keyboard.png")
    playground.expect_vote(1)
    playground.press([Keys.DELETE])
    expect(playground.values() is None, "Delete does not clear the canvas")
    expect([cell["source"] for cell in page.state()["cells"]] == cells, "a key changed the cells")
    playground.press([Keys.TAB])
    focused = playground.run("return root.activeElement && root.activeElement.tagName")
    expect(focused == "BUTTON", "Tab leads to", focused)
    print("a 1 drawn with the keyboard is recognised")


def save_as_html(cells, output, command):
    """What JupyterLab's "Save and Export Notebook As HTML" does."""
    notebook = {
        "cells": [
            {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": cell["source"],
             "execution_count": number, "outputs": cell["outputs"]}
            for number, cell in enumerate(cells, start=1)
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }
    file = output / "playground.ipynb"
    file.write_text(json.dumps(notebook), encoding="utf-8")
    convert = [command[0], "-m", "nbconvert", "--to", "html", "--log-level=ERROR", str(file)]
    subprocess.run(convert, check=True)
    return file.with_suffix(".html")


def check_saved_page(driver, file, references, output):
    driver.get(file.absolute().as_uri())
    for number, reference in enumerate(references):
        Playground(driver, number).compare(reference)
    playground = Playground(driver, 0)
    playground.scroll()
    draw_and_recognise(playground, 7, output / "playground-saved.png")
    print("the saved page works")


class Playground:
    """One of the playgrounds on the page."""

    def __init__(self, driver, number):
        self.driver = driver
        self.number = number
        found = driver.find_elements(By.CSS_SELECTOR, ".zunder-playground")
        expect(len(found) > number, f"playground {number} is not on the page")
        self.host = found[number]
        expect(self.run("return !!host.playground"), f"the script of playground {number} did not run")

    @classmethod
    def bring_into_view(cls, page, number):
        """JupyterLab takes cells off the page while they are far from the view."""
        wanted = [
            index for index, cell in enumerate(page.state()["cells"])
            if any("text/html" in output.get("data", {}) for output in cell["outputs"])
        ][number]
        page.driver.execute_async_script(
            "const done = arguments[1];"
            "const notebook = window.jupyterapp.shell.currentWidget.content;"
            "notebook.scrollToItem(arguments[0], 'start').then(done, done);", wanted,
        )
        page.wait(lambda: page.driver.execute_script(IS_SHOWN, wanted), LIMIT, f"playground {number}")
        shown = page.driver.execute_script(
            "const cell = window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]].node;"
            "const hosts = [...document.querySelectorAll('.zunder-playground')];"
            "return hosts.indexOf(cell.querySelector('.zunder-playground'));", wanted,
        )
        playground = cls(page.driver, shown)
        playground.scroll()
        return playground

    def run(self, script, *arguments):
        return self.driver.execute_script(
            "const [host, ...rest] = arguments; const root = host.shadowRoot;" + script,
            self.host, *arguments,
        )

    def scroll(self):
        self.run("host.scrollIntoView({block: 'center'})")
        self.driver.execute_async_script(STANDS_STILL, self.host)

    @property
    def canvas(self):
        return self.host.shadow_root.find_element(By.CSS_SELECTOR, ".paper canvas")

    def compare(self, reference):
        """The page must compute what Rust computes."""
        expect(len(reference) == 20, "there are not 20 images to compare")
        worst = 0
        for pixels, expected in reference:
            values = self.run("return Array.from(host.playground.predict(rest[0]))", pixels)
            expect(len(values) == len(expected), "another number of outputs:", values)
            worst = max([worst, *(abs(a - b) for a, b in zip(values, expected))])
        expect(worst <= TOLERANCE, f"playground {self.number} differs from predict by {worst}")
        print(f"playground {self.number}: largest difference from predict {worst:.1e}")

    def values(self):
        """What the network puts out for the drawing; None for an empty canvas."""
        return self.run(
            "const pixels = host.playground.see();"
            "return pixels && Array.from(host.playground.predict(pixels));"
        )

    def bars(self):
        lengths = self.run("return [...root.querySelectorAll('.bar')].map(bar => bar.style.width)")
        return [float(length.rstrip("%")) for length in lengths]

    def expect_vote(self, digit):
        values = self.values()
        expect(values and values.index(max(values)) == digit, f"{digit} is taken for", values)
        bars = self.bars()
        expect(all(abs(b - 100 * v) < 0.01 for b, v in zip(bars, values)), "wrong bars:", bars)
        status = self.run("return root.querySelector('[role=status]').textContent")
        expect(status.endswith(f" {digit}"), "the page says", status)

    def clear(self):
        self.host.shadow_root.find_element(By.CSS_SELECTOR, "button").click()
        expect(self.values() is None, "the button does not clear the canvas")

    def draw(self, lines):
        """Draws with the mouse; returns the bars after each stroke, still with the button down."""
        seen = []
        side = self.canvas.rect["width"]
        for line in lines:
            places = [[(part - 0.5) * side for part in point] for point in line]
            actions = ActionChains(self.driver, duration=30)
            actions.move_to_element_with_offset(self.canvas, *map(round, places[0]))
            actions.click_and_hold().perform()
            for place in places[1:]:
                actions = ActionChains(self.driver, duration=30)
                actions.move_to_element_with_offset(self.canvas, *map(round, place)).perform()
                seen.append(self.bars())
            ActionChains(self.driver).release().perform()
        return seen

    def touch(self, lines):
        area = self.run(
            "const area = root.querySelector('.paper canvas').getBoundingClientRect();"
            "return [area.left, area.top, area.width];"
        )

        def send(kind, points):
            touches = [{"x": area[0] + x * area[2], "y": area[1] + y * area[2]} for x, y in points]
            self.driver.execute_cdp_cmd(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches}
            )

        for line in lines:
            send("touchStart", line[:1])
            for point in line[1:]:
                send("touchMove", [point])
            send("touchEnd", [])

    def press(self, keys):
        self.run("root.querySelector('.paper canvas').focus()")
        ActionChains(self.driver).send_keys(*keys).perform()

    def screenshot(self, file):
        self.driver.execute_async_script(DRAWN)
        self.host.screenshot(str(file))
        print(f"wrote {file}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
