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

from kernel_session import Session, end_with, error_text
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
    print(f"{len(learners)} kernels at once on {psutil.cpu_count()} cores: {len(done)} finished the notebook")
    if done:
        firsts = [learner.first for learner in done]
        alls = [learner.seconds for learner in done]
        print(f"  launch to first result   {min(firsts):7.1f} to {max(firsts):.1f} s")
        print(f"  whole notebook           {min(alls):7.1f} to {max(alls):.1f} s, median {statistics.median(alls):.1f} s")
        slowest, code = max(learner.slowest for learner in done)
        print(f"  slowest cell             {slowest:7.1f} s: {code.strip().splitlines()[-1][:60]}")
    print(f"  all together             {seconds:7.1f} s")
    print(f"  memory of all kernels    {peak:7.0f} MB at most, of one {most:.0f} MB")
    print(f"  memory the machine gave  {taken:7.0f} MB at most")
    for problem in problems:
        print(f"\n{problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    end_with(main)
