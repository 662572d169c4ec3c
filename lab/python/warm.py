"""Runs cells through evcxr in the template.

Usage: warm.py EVCXR_JUPYTER first|types (the environment says where the template is)

first: the notebooks' first cells, each in a kernel of its own, so that the crates are compiled there, and after
  each a slip for which evcxr asks cargo to check all, so that they are checked there too.
types: exits with 3 if rust-analyzer finds no types with the sources of the standard library that are there.
"""

import sys
import tempfile

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from kernel_session import KernelDied, Session, error_text

NO_TYPES = 3

FIRST = [
    ':dep zunder-course = "0.1"\nuse zunder_course::prelude::*;',
    ':dep zunder = "0.1"\nuse zunder::prelude::*;',
]

# No variable gets a type, so evcxr asks cargo to check everything.
SLIP = "let (a, b, c) = (1, 2);"

# Each variable gets a type only if rust-analyzer understands the standard library.
TYPES = r"""
use std::collections::{BTreeMap, HashMap, HashSet};
let words = vec!["b".to_owned(), "a".to_owned()];
let mut counts = HashMap::new();
for word in &words { *counts.entry(word.clone()).or_insert(0) += 1; }
let count = counts.get("a").copied().unwrap_or_default();
let first = words.iter().enumerate().map(|(at, word)| (at, word.len())).max_by_key(|pair| pair.1);
let unique: HashSet<String> = words.iter().cloned().collect();
let both = unique.iter().cloned().chain(words.clone()).collect::<Vec<_>>();
let sorted: BTreeMap<usize, String> = words.iter().cloned().enumerate().collect();
let last = sorted.values().next_back().cloned();
let parsed = "1.5".parse::<f64>().ok();
let shared = std::rc::Rc::new(std::cell::RefCell::new(words.clone()));
let inside = shared.borrow().len();
let sum = std::thread::spawn(|| (0..10_u64).sum::<u64>()).join().unwrap_or_default();
let path = std::env::temp_dir().join("a").with_extension("txt");
"""


def run(evcxr, *cells):
    """What went wrong with each cell, or ""."""
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=[evcxr, "--control_file", "{connection_file}"])
    with tempfile.TemporaryFile("w+") as said:  # by evcxr itself, about its settings and about cargo
        try:
            # A busy machine is slow.
            with Session(manager, ".", start_timeout=1800, stdout=said, stderr=said) as session:
                ran = [session.run(cell) for cell in cells]
                session.drain(0.2)
        except KernelDied as error:
            said.seek(0)
            raise KernelDied(f"{said.read()}{error}") from error
    return [error_text(outputs, reply) for outputs, reply, _ in ran]


def main(evcxr, cells):
    if cells == "types":
        return NO_TYPES if any(run(evcxr, TYPES)) else 0
    for cell in FIRST:
        error, refused = run(evcxr, cell, SLIP)
        if error or not refused:
            return error or "a cell ran that has no meaning"
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KernelDied as error:
        sys.exit(str(error))
