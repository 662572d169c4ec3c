"""Runs one cell through evcxr in the template, so that the crates are compiled there.

Usage: warm.py EVCXR_JUPYTER (the environment says where the template is)
"""

import os
import sys

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from kernel_session import KernelDied, Session, error_text

NO_TYPES = 3

CELL = ':dep zunder = "0.1"\n:dep zunder-course = "0.1"\nuse zunder_course::prelude::*;'

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


def main(evcxr):
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=[evcxr, "--control_file", "{connection_file}"])
    with Session(manager, ".", start_timeout=1800) as session:  # a busy machine is slow
        outputs, reply, _ = session.run(CELL)
        error = error_text(outputs, reply)
        if not error and os.environ.get("RUST_SRC_PATH"):
            outputs, reply, _ = session.run(TYPES)
            if error_text(outputs, reply):
                return NO_TYPES
        session.drain(0.2)
    return error


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]) or 0)
    except KernelDied as error:
        sys.exit(str(error))
