"""Measures several learners on one machine: as many kernels at once, each with the whole notebook.

Usage: measure_together.py NOTEBOOK --kernels N

All kernels start at the same moment and run every cell without a pause, which a class of people
does not; so this is the worst that so many learners can ask of a machine. Exits 1 when a cell fails.
"""

import argparse
import os
import pathlib
import statistics
import sys
import threading
import time

import nbformat
import psutil

from kernel_session import Session, decimal, end_with, error_text, say
from measure import memory


class Learner(threading.Thread):
    """One kernel that runs all cells."""

    def __init__(self, cells, folder):
        super().__init__(daemon=True)
        self.cells = cells
        self.folder = folder
        self.process_id = None
        self.first = self.seconds = None
        self.slowest = (0.0, "")
        self.problem = None

    def run(self):
        start = time.monotonic()
        try:
            with Session.of_name("zunder", self.folder) as session:
                self.process_id = session.process_id
                for code in self.cells:
                    outputs, reply, seconds = session.run(code)
                    self.first = self.first or time.monotonic() - start
                    self.slowest = max(self.slowest, (seconds, code))
                    error = error_text(outputs, reply)
                    if error:
                        raise RuntimeError(f"{code}\n{error}")
                self.seconds = time.monotonic() - start
        except Exception as problem:  # noqa: BLE001, whatever it is belongs to this learner
            self.problem = problem
        finally:
            self.process_id = None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", type=pathlib.Path)
    parser.add_argument("--kernels", type=int, default=8)
    arguments = parser.parse_args()
    notebook = nbformat.read(arguments.notebook, as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    folder = arguments.notebook.resolve().parent
    os.environ["ZUNDER_WAITING_KERNEL"] = "0"  # each of them is fresh
    before = psutil.virtual_memory().available
    learners = [Learner(cells, folder) for _ in range(arguments.kernels)]
    start = time.monotonic()
    for learner in learners:
        learner.start()
    peak, taken, most = watch(learners, before)
    return report(learners, time.monotonic() - start, peak, taken, most)


def watch(learners, before):
    """The highest memory of all kernels together, the highest that the machine lacked, and the
    highest of one kernel, in MB."""
    peak = taken = most = 0.0
    while any(learner.is_alive() for learner in learners):
        each = [own(learner.process_id) for learner in learners if learner.process_id]
        peak = max(peak, sum(each))
        most = max([most, *each])
        taken = max(taken, (before - psutil.virtual_memory().available) / 1e6)
        time.sleep(1)
    return peak, taken, most


def own(process_id):
    try:
        return memory(process_id)
    except psutil.Error:  # ended meanwhile
        return 0.0


def report(learners, seconds, peak, taken, most):
    problems = [learner.problem for learner in learners if learner.problem]
    done = [learner for learner in learners if learner.seconds]
    cores = psutil.cpu_count()
    print(
        say(
            f"{len(learners)} kernels at once on {cores} cores: {len(done)} finished the notebook",
            f"{len(learners)} Kernel zugleich auf {cores} Kernen: {len(done)} kamen bis zum Ende des Notebooks",
        )
    )
    if done:
        firsts = [learner.first for learner in done]
        alls = [learner.seconds for learner in done]
        median = f"{say('median', 'Median')} {decimal(statistics.median(alls), '.1f')} s"
        tell("launch to first result", "Start bis erstes Ergebnis", spread(firsts))
        tell("whole notebook", "ganzes Notebook", f"{spread(alls)}, {median}")
        slowest, code = max(learner.slowest for learner in done)
        last_line = code.strip().splitlines()[-1][:60]
        tell("slowest cell", "langsamste Zelle", f"{decimal(slowest, '7.1f')} s: {last_line}")
    at_most, of_one = say("at most", "höchstens"), say("of one", "eines einzelnen")
    tell("all together", "alle zusammen", f"{decimal(seconds, '7.1f')} s")
    tell("memory of all kernels", "Speicher aller Kernel", f"{peak:7.0f} MB {at_most}, {of_one} {most:.0f} MB")
    tell("memory the machine gave", "Speicher vom Rechner", f"{taken:7.0f} MB {at_most}")
    for problem in problems:
        print(f"\n{problem}", file=sys.stderr)
    return 1 if problems else 0


def tell(english, german, figure):
    print(f"  {say(english, german):24} {figure}")


def spread(seconds):
    return f"{decimal(min(seconds), '7.1f')} {say('to', 'bis')} {decimal(max(seconds), '.1f')} s"


if __name__ == "__main__":
    end_with(main)
