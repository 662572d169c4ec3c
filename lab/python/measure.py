"""Measures a kernel as a learner meets it, and prints a table.

Usage: measure.py NOTEBOOK [--check]

With --check it exits 1 when a figure is above its limit.
"""

import argparse
import os
import pathlib
import statistics
import sys
import time

import nbformat
import psutil

from kernel_session import LIMIT, Session, decimal, end_with, error_text, say, waiting_kernel

FIRST = say("launch to first result", "Start bis erstes Ergebnis")
WAITED = say("the same, a kernel waits", "ebenso, ein Kernel wartet")
DEP = say(":dep cell", "Zelle mit :dep")
OTHERS = say("median of the other cells", "Median der anderen Zellen")
MEMORY = say("kernel memory", "Speicher des Kernels")
LIMITS = {FIRST: (6.0, "s"), WAITED: (1.5, "s"), DEP: (0.5, "s"), OTHERS: (0.35, "s"), MEMORY: (550.0, "MB")}

TOO_FEW = say("the notebook needs more than one cell with code", "das Notebook braucht mehr als eine Zelle mit Code")

# Seconds until what a start has needed is given back.
SETTLED = 3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    notebook = nbformat.read(arguments.notebook, as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    if len(cells) < 2:
        sys.exit(TOO_FEW)
    folder = arguments.notebook.resolve().parent
    wanted = waits_here()
    os.environ["ZUNDER_WAITING_KERNEL"] = "0"
    figures = measure(cells, folder)
    waited = measure_waiting(cells[0], folder) if wanted else None
    if waited is None:
        print(
            say(
                "  no kernel waits here (see docs/kernel.md), so that is not measured",
                "  hier wartet kein Kernel (siehe docs/kernel.de.md), darum wird das nicht gemessen",
            )
        )
    else:
        figures[WAITED] = waited
    return report(figures, arguments.check)


def measure(cells, folder):
    """Runs the cells in one kernel, and returns the figures by name."""
    start = time.monotonic()
    others = []
    peak = 0.0
    with Session.of_name("zunder", folder) as session:
        ready = time.monotonic() - start
        for number, code in enumerate(cells, start=1):
            outputs, reply, seconds = session.run(code)
            if number == 1:
                first, first_seconds = time.monotonic() - start, seconds
            peak = max(peak, memory(session.process_id))
            error = error_text(outputs, reply)
            if error:
                sentence = say(f"cell {number} failed", f"Zelle {number} ist gescheitert")
                sys.exit(f"{sentence}:\n{code}\n\n{error}")
            training = ".fit(" in code
            if number > 1 and not training:
                others.append(seconds)
            note = f"  ({say('training', 'Training')})" if training else ""
            line = next(iter(code.strip().splitlines()), "")
            cell = say("cell", "Zelle")
            print(f"  {cell} {number:2}  {decimal(seconds, '7.3f')} s  {line[:56]}{note}", flush=True)
        kernel_memory, cells_memory = split_memory(session.process_id)
        loaded = libraries(session.process_id)
    if not others:
        sys.exit(TOO_FEW)
    unknown = say("cannot be told on this system", "auf diesem System nicht zu sagen")
    print(f"  {say('kernel ready after', 'Kernel bereit nach')} {decimal(ready, '.2f')} s")
    print(
        say(
            f"  memory at the end: {kernel_memory:.0f} MB evcxr, {cells_memory:.0f} MB the cells' process",
            f"  Speicher am Ende: {kernel_memory:.0f} MB evcxr, {cells_memory:.0f} MB der Prozess der Zellen",
        )
    )
    libraries_used = say("compiled libraries that the cells use", "kompilierte Bibliotheken, die die Zellen benutzen")
    print(f"  {libraries_used}: {loaded or unknown}")
    return {FIRST: first, DEP: first_seconds, OTHERS: statistics.median(others), MEMORY: peak}


def measure_waiting(code, folder):
    """Seconds from the launch to the first result where a kernel waits; none where none does."""
    os.environ["ZUNDER_WAITING_KERNEL"] = "1"
    with Session.of_name("zunder", folder) as first:
        end = time.monotonic() + LIMIT
        while waiting_kernel(first) is None and time.monotonic() < end:
            time.sleep(0.1)
        copy = waiting_kernel(first)
        if copy is None:
            return None
        time.sleep(SETTLED)
        holder = int(copy.name.split("-")[0])
        print(f"  {say('a kernel that waits takes', 'ein wartender Kernel braucht')} {memory(holder):.0f} MB")
        start = time.monotonic()
        with Session.of_name("zunder", folder) as session:
            session.run(code)
            seconds = time.monotonic() - start
            return seconds if (copy / "taken").exists() else None


def waits_here():
    """Whether the settings let a kernel wait. Where only the memory is too little, it is measured all the same."""
    on_hub = any(name.startswith("JUPYTERHUB_") for name in os.environ)
    setting = os.environ.get("ZUNDER_WAITING_KERNEL")
    return setting == "1" or (setting != "0" and not on_hub)


def memory(process_id):
    """MB of the process and its children; pages that they share are counted once."""
    process = psutil.Process(process_id)
    return sum(own_memory(one) for one in [process, *process.children(recursive=True)])


def split_memory(process_id):
    total = memory(process_id)
    kernel = own_memory(psutil.Process(process_id))
    return kernel, total - kernel


def libraries(process_id):
    """The names and sizes of Zunder's libraries that a kernel's processes have loaded, where the system tells it."""
    found = set()
    for child in psutil.Process(process_id).children(recursive=True):
        maps = child.memory_maps() if hasattr(child, "memory_maps") else []
        found.update(pathlib.Path(map.path) for map in maps if "libzunder" in map.path)
    return ", ".join(f"{file.name} {decimal(file.stat().st_size / 1e6, '.1f')} MB" for file in sorted(found))


def own_memory(process):
    try:
        info = process.memory_full_info()
    except psutil.Error:  # ended meanwhile
        return 0.0
    return getattr(info, "pss", info.rss) / 1e6


def report(figures, check):
    print(f"\n{'':28} {say('measured', 'gemessen'):>10} {say('limit', 'Grenze'):>10}")
    bad = []
    for name, value in figures.items():
        limit, unit = LIMITS[name]
        form = "8.0f" if unit == "MB" else "8.2f"
        mark = "" if value <= limit else say("  above the limit", "  über der Grenze")
        if mark:
            bad.append(name)
        print(f"{name:28} {decimal(value, form)} {unit:2}{decimal(limit, form)} {unit}{mark}")
    return 1 if bad and check else 0


if __name__ == "__main__":
    end_with(main)
