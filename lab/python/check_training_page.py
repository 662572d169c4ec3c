"""Trains in JupyterLab in a browser: curves that grow, the stop button, and going on.

Usage: check_training_page.py NOTEBOOK OUTPUT_FOLDER TIMEOUT JUPYTERLAB_COMMAND...

The arguments are those of browser_run.py; the notebook is lab/tests/training.ipynb. Takes
pictures on the way, and exits 1 with a sentence at the first thing that is not as it should be.
"""

import pathlib
import sys

from selenium.webdriver.common.by import By

from browser import expect, in_page, joined
from curves import epochs_drawn

# Where the cells stand in the notebook.
PREPARE, COMPILE, TRAIN, LOOK, GO_ON = range(5)

STOP_BUTTON = ".jp-NotebookPanel:not(.lm-mod-hidden) [data-jp-item-name='interrupt'] jp-button"

# Records how high the output of a cell is, whenever the browser draws, from the first picture on.
WATCH_HEIGHT = """
window.zunderHeights = [];
const cell = window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]];
const look = () => {
  const picture = cell.node.querySelector('.jp-OutputArea-output img, .jp-OutputArea-output svg');
  const drawn = picture && (picture.tagName !== 'IMG' || picture.naturalHeight > 0);
  if (picture && (drawn || window.zunderHeights.length)) {
    window.zunderHeights.push(picture.closest('.jp-OutputArea-child').offsetHeight);
  }
  requestAnimationFrame(look);
};
look();
"""

# Scrolls to the last line of a cell's output.
SHOW_END = """
const cell = window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]];
cell.node.querySelector('.jp-Cell-outputArea').lastElementChild.scrollIntoView({block: 'end'});
"""


def main(notebook, output, timeout, *command):
    return in_page(notebook, command, lambda page: check(page, pathlib.Path(output), float(timeout)))


def check(page, folder, timeout):
    folder.mkdir(parents=True, exist_ok=True)
    for number in (PREPARE, COMPILE):
        page.run_cell(number)
        page.wait_until_cell_done(number, timeout)
    page.driver.execute_script(WATCH_HEIGHT, TRAIN)
    page.run_cell(TRAIN)
    for number, epochs in enumerate((2, 7), start=1):
        page.wait(lambda: epochs_shown(page) >= epochs, timeout, f"the curves of {epochs} epochs")
        picture(page, folder / f"growing-{number}.png")
    expect(page.state()["status"] == "busy", "the cell ended too early", page)

    page.driver.find_element(By.CSS_SELECTOR, STOP_BUTTON).click()
    page.wait_until_cell_done(TRAIN, timeout)
    page.driver.execute_script(SHOW_END, TRAIN)
    picture(page, folder / "stopped.png")
    expect("Stopped in epoch" in text(page, TRAIN), "the page does not say that it stopped", page)
    heights = page.driver.execute_script("return window.zunderHeights;")
    print(f"the height of the curves, in {len(heights)} looks: {sorted(set(heights))}")
    expect(len(set(heights)) == 1, f"the page jumps when the curves grow: {set(heights)}", page)

    page.run_cell(LOOK)
    page.wait_until_cell_done(LOOK, timeout)
    same = f"{epochs_shown(page)} epochs" in text(page, LOOK)
    expect(same, "the history and the curves differ in the number of epochs", page)
    page.run_cell(GO_ON)
    page.wait_until_cell_done(GO_ON, timeout)
    expect("Stopped" not in text(page, GO_ON), "a further fit is stopped, too", page)
    expect(epochs_shown(page, GO_ON) == 3, "the curves of the further fit are not whole", page)
    page.driver.execute_script(SHOW_END, GO_ON)
    picture(page, folder / "goes-on.png")
    expect(not page.errors(), f"the page shows errors: {page.errors()}", page)
    print("the page: as it should be")


def picture(page, file):
    page.wait_until_drawn()
    page.driver.save_screenshot(str(file))
    print(f"wrote {file}")


def outputs(page, number):
    return page.state()["cells"][number]["outputs"]


def text(page, number):
    streams = [out for out in outputs(page, number) if out["output_type"] == "stream"]
    return "".join(joined(out["text"]) for out in streams)


def epochs_shown(page, number=TRAIN):
    curves = [out for out in outputs(page, number) if out["output_type"] == "display_data"]
    if not curves:
        return -1
    expect(len(curves) == 1, "there is more than one picture", page)
    return epochs_drawn(joined(curves[0]["data"]["image/svg+xml"]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
