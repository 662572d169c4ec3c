"""Works on an exercise in JupyterLab in a browser: a failing check, hints, the solution, a pass and why.

Usage: check_exercise_page.py NOTEBOOK OUTPUT_FOLDER TIMEOUT JUPYTERLAB_COMMAND...

The arguments are those of browser_run.py; the notebook is a German one, and its first task is
worked on. Takes pictures on the way, and exits 1 at the first thing that is not as it should be.
"""

import json
import os
import pathlib
import sys
import tempfile

from browser import Unexpected, in_page, joined

FIND = """
return window.jupyterapp.shell.currentWidget.content.widgets
  .findIndex(cell => cell.model.id === arguments[0]);
"""
WRITE = """
window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]].model.sharedModel
  .setSource(arguments[1]);
"""
LOOK = """
const notebook = window.jupyterapp.shell.currentWidget.content;
const cell = notebook.widgets[arguments[0]];
notebook.scrollToItem(arguments[0], 'center');
return cell.model.outputs.toJSON();
"""


def main(notebook, output, timeout, *command):
    output, timeout = pathlib.Path(output), float(timeout)
    output.mkdir(parents=True, exist_ok=True)
    solved = pathlib.Path(".zunder/course/solved/de") / pathlib.Path(notebook).name
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZUNDER_PROGRESS"] = str(pathlib.Path(folder) / "progress.json")
        answers = json.loads(solved.read_text("utf-8"))
        return in_page(notebook, command, lambda page: work(Exercise(page, output, timeout), answers))


def work(exercise, solved):
    cells = [cell for cell in solved["cells"] if cell["cell_type"] == "code"]
    names = [cell["id"] for cell in cells]
    first = next(name for name in names if name.startswith("task-"))
    task = first.removeprefix("task-")
    answer = joined(cells[names.index(first)]["source"])
    for name in names[: names.index(first) + 1]:
        exercise.run(name)
    exercise.expect(f"check-{task}", "\u2718", "noch nicht", "0 von")
    exercise.picture("failing")
    exercise.write(f"hint-{task}", f'hint("{task}")')
    exercise.expect(f"hint-{task}", "Tipp 1 von")
    exercise.expect(f"hint-{task}", "Tipp 1 von", "Tipp 2 von", "der letzte Tipp")
    exercise.picture("hints")
    exercise.expect(f"hint-{task}", f"Lösung von {task}:")
    exercise.picture("solution")
    exercise.write(first, answer)
    exercise.run(first)
    exercise.expect(f"check-{task}", "\u2714", "richtig", "nimmt die erste Richtung weg", "1 von")
    exercise.picture("passing")
    print("the exercise: as it should be")


def value(data):
    """What a cell's value says: a verdict is a page of its own, a hint is text."""
    return data.get("text/html") or data.get("text/plain", "")


class Exercise:
    """The page, with cells found by their names."""

    def __init__(self, page, folder, timeout):
        self.page = page
        self.folder = folder
        self.timeout = timeout

    def run(self, name):
        number = self.page.driver.execute_script(FIND, name)
        if number < 0:
            raise Unexpected(f"there is no cell {name}")
        before = self._count(number)
        self.page.run_cell(number)
        self.page.wait(lambda: self._count(number) != before, self.timeout, f"{name} to start")
        self.page.wait(
            lambda: self._count(number) and self.page.state()["status"] == "idle",
            self.timeout, f"{name} to be done",
        )
        errors = self.page.errors()
        if errors:
            raise Unexpected(f"{name}: {errors}")
        return number

    def _count(self, number):
        return self.page.driver.execute_script(
            "return window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]]"
            ".model.executionCount;", number,
        )

    def expect(self, name, *texts):
        number = self.run(name)

        def said():
            outputs = self.page.driver.execute_script(LOOK, number)
            return "\n".join(
                joined(output.get("text") or value(output.get("data", {})))
                for output in outputs
            )

        def is_said():
            text = said()
            return all(expected in text for expected in texts)

        try:
            self.page.wait(is_said, self.timeout, f"{name} to say {texts}")
        except TimeoutError:
            raise Unexpected(f"{name} should say {texts}, but says: {said()}") from None

    def write(self, name, code):
        number = self.page.driver.execute_script(FIND, name)
        self.page.driver.execute_script(WRITE, number, code)

    def picture(self, name):
        self.page.wait_until_drawn()
        file = self.folder / f"{name}.png"
        self.page.driver.save_screenshot(str(file))
        print(f"wrote {file}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
