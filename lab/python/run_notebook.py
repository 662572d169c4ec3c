"""Runs every cell of a notebook through its kernel, headless.

Usage: run_notebook.py NOTEBOOK OUTPUT_FOLDER [--timeout SECONDS] [--no-page]

Writes the executed notebook and an HTML page of it. Exits 1, naming the cell, when a cell does
not compile, panics, returns an `Err`, or prints to stderr. A cell with Jupyter's own tag
"raises-exception" is meant to fail, and failing to fail is then the error.
"""

import argparse
import pathlib
import sys
from datetime import datetime, timedelta, timezone

import nbformat
from nbconvert import HTMLExporter

from kernel_session import (
    LIMIT, CellTimeout, KernelDied, Session, decimal, end_with, error_text, indent, say,
    without_colours,
)

# Printed by a cell of its own behind the last one: what comes before it has arrived with it.
END = "zunder: that was all"


def main():
    arguments = parse_arguments()
    notebook = nbformat.read(arguments.notebook, as_version=4)
    failure = execute(notebook, arguments)
    executed = ()
    try:
        executed = write(notebook, arguments)
    except OSError as error:  # a full disk, most likely
        sentence = say("cannot write into {}: {}", "in {} lässt sich nichts schreiben: {}")
        failure = failure or sentence.format(arguments.output, error.strerror)
    for file in executed:
        print(f"{say('wrote', 'geschrieben:')} {file}")
    if failure:
        print(f"\n{arguments.notebook.name}: {failure}", file=sys.stderr)
        return 1
    return 0


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--timeout", type=float, default=900)
    parser.add_argument("--no-page", action="store_true", help="only write the notebook")
    return parser.parse_args()


def execute(notebook, arguments):
    """Runs the cells up to the first failure, and returns that in words."""
    named = notebook.metadata.get("kernelspec", {}).get("name")
    kernel = named if named == "zunder-de" else "zunder"  # also for evcxr's own, `rust`
    folder = arguments.notebook.resolve().parent
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        cell.outputs, cell.execution_count = [], None
        cell.metadata.pop("execution", None)
    finished = []
    try:
        with Session.of_name(kernel, folder) as session:
            for number, cell in enumerate(cells, start=1):
                if not cell.source.strip():
                    continue
                failure = run_cell(session, cell, number, len(cells), arguments.timeout)
                finished.append((number, cell))
                if failure:
                    return failure
            late = read_to_the_end(session)
    except (CellTimeout, KernelDied) as error:
        return f"{error}; {say('the terminal above says why', 'weiter oben steht, warum')}"
    for number, cell in finished:  # what arrived after its cell was done
        failure = judge(cell, number, {"status": "ok"})
        if failure:
            return failure
    if late and finished:
        number, cell = finished[-1]
        return failed(number, cell, late)
    return None


def failed(number, cell, why):
    sentence = say(f"cell {number} failed", f"Zelle {number} ist gescheitert")
    return f"{sentence}:\n\n{indent(cell.source)}\n\n{why}"


def read_to_the_end(session):
    """Waits until all is there that the cells have printed, to stdout and to stderr: the two
    arrive in order each, but not with each other. Returns what came too late to be their own."""
    outputs, reply, _ = session.run(f'println!("{END}"); eprintln!("{END}");', LIMIT)
    if reply["status"] != "ok":
        return error_text(outputs, reply)

    def has_ended(name):
        return END in "".join(o.text for o in outputs if o.output_type == "stream" and o.name == name)

    if not session.wait_until(lambda: has_ended("stdout") and has_ended("stderr")):
        return say(
            "what the cells have printed does not arrive", "was die Zellen ausgegeben haben, kommt nicht an"
        )
    return error_text(outputs, reply).replace(END, "").strip()


def run_cell(session, cell, number, total, timeout):
    start = datetime.now(timezone.utc)
    try:
        outputs, reply, seconds = session.run(cell.source, timeout)
    except (CellTimeout, KernelDied) as error:
        said = error_text(session.last_outputs, {"status": "ok"})  # which may be the reason
        return f"{say('cell', 'Zelle')} {number}: {error}\n\n{indent(cell.source)}\n\n{said}".rstrip()
    cell.outputs = outputs
    cell.execution_count = number
    for output in outputs:
        if output.output_type == "execute_result":
            output.execution_count = number
    cell.metadata["execution"] = {
        "iopub.execute_input": start.isoformat(),
        "shell.execute_reply": (start + timedelta(seconds=seconds)).isoformat(),
    }
    cell.metadata["zunder"] = {"seconds": round(seconds, 3)}
    first_line = next(iter(cell.source.strip().splitlines()), "")
    place = say(f"cell {number:2} of {total}", f"Zelle {number:2} von {total}")
    print(f"{place}  {decimal(seconds, '7.2f')} s  {first_line[:60]}", flush=True)
    return judge(cell, number, reply)


def judge(cell, number, reply):
    """The cell's failure in words, or None."""
    wanted = "raises-exception" in cell.metadata.get("tags", [])
    text = without_colours(error_text(cell.outputs, reply))
    if text and not wanted:
        return failed(number, cell, text)
    if wanted and not text and reply["status"] == "ok":
        sentence = say(
            f"cell {number} was meant to fail and did not", f"Zelle {number} sollte scheitern und tat es nicht"
        )
        return f"{sentence}:\n\n{indent(cell.source)}"
    return None


def write(notebook, arguments):
    arguments.output.mkdir(parents=True, exist_ok=True)
    executed = arguments.output / arguments.notebook.name
    write_whole(executed, nbformat.writes(notebook) + "\n")
    if arguments.no_page:
        return (executed,)
    page, _ = HTMLExporter().from_notebook_node(
        notebook, resources={"metadata": {"name": arguments.notebook.stem}}
    )
    html = executed.with_suffix(".html")
    write_whole(html, page)
    return executed, html


def write_whole(file, text):
    """Writes beside the file and renames: where there is no room for it, what was there before stays."""
    beside = file.with_name(f".new-{file.name}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


if __name__ == "__main__":
    end_with(main)
