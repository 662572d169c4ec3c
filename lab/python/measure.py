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

from kernel_session import LIMIT, Session, end_with, error_text, waiting_kernel

LIMITS = {
    "launch to first result": (6.0, "s"),
    "the same, a kernel waits": (1.5, "s"),
    ":dep cell": (0.5, "s"),
    "median of the other cells": (0.35, "s"),
    "kernel memory": (550.0, "MB"),
}

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
        sys.exit("the notebook needs more than one cell with code")
    folder = arguments.notebook.resolve().parent
    wanted = waits_here()
    os.environ["ZUNDER_WAITING_KERNEL"] = "0"
    figures = measure(cells, folder)
    waited = measure_waiting(cells[0], folder) if wanted else None
    if waited is None:
        print("  no kernel waits here (see docs/kernel.md), so that is not measured")
    else:
        figures["the same, a kernel waits"] = waited
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
                sys.exit(f"cell {number} failed:\n{code}\n\n{error}")
            training = ".fit(" in code
            if number > 1 and not training:
                others.append(seconds)
            note = "  (training)" if training else ""
            line = next(iter(code.strip().splitlines()), "")
            print(f"  cell {number:2}  {seconds:7.3f} s  {line[:56]}{note}", flush=True)
        kernel_memory, cells_memory = split_memory(session.process_id)
        loaded = libraries(session.process_id)
    if not others:
        sys.exit("the notebook needs more than one cell")
    print(f"  kernel ready after {ready:.2f} s")
    print(f"  memory at the end: {kernel_memory:.0f} MB evcxr, {cells_memory:.0f} MB the cells' process")
    print(f"  compiled libraries that the cells use: {loaded or 'cannot be told on this system'}")
    return {
        "launch to first result": first,
        ":dep cell": first_seconds,
        "median of the other cells": statistics.median(others),
        "kernel memory": peak,
    }


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
        print(f"  a kernel that waits takes {memory(holder):.0f} MB")
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
    return ", ".join(f"{file.name} {file.stat().st_size / 1e6:.1f} MB" for file in sorted(found))


def own_memory(process):
    try:
        info = process.memory_full_info()
    except psutil.Error:  # ended meanwhile
        return 0.0
    return getattr(info, "pss", info.rss) / 1e6


def report(figures, check):
    print(f"\n{'':28} {'measured':>10} {'limit':>10}")
    bad = []
    for name, value in figures.items():
        limit, unit = LIMITS[name]
        digits = 0 if unit == "MB" else 2
        mark = "" if value <= limit else "  above the limit"
        if mark:
            bad.append(name)
        print(f"{name:28} {value:8.{digits}f} {unit:2}{limit:8.{digits}f} {unit}{mark}")
    return 1 if bad and check else 0


if __name__ == "__main__":
    end_with(main)
