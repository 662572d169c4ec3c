"""Runs jupyter_kernel_test, Jupyter's own test of kernels, against ours.

Usage: check_conformance.py

It runs as the tests of other kernels do. What evcxr cannot do is listed below, with the reason; a test
that is listed and passes is an error as well, so that the list stays true.
"""

import sys
import unittest

import jupyter_kernel_test
from jupyter_client.manager import start_new_kernel

from kernel_session import LIMIT

jupyter_kernel_test.TIMEOUT = LIMIT  # a busy machine is slow

# Tests that must fail, and why.
KNOWN = {
    "test_is_complete (status='incomplete')":
        "evcxr calls all code complete; it matters in `jupyter console` only, where a cell is typed line by line",
}

# Tests that cannot be made, and why.
LEFT_OUT = {
    "test_history": "evcxr keeps no history, and the relay says so; JupyterLab has its own",
    "test_pager": "Rust has no help command that opens a page; Shift-Tab shows the documentation",
    "test_clear_output": "no crate for evcxr clears the output of a cell; a picture takes the place of another",
}


class ZunderTests(jupyter_kernel_test.KernelTests):
    """What the tests need to know of a kernel."""

    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = start_new_kernel(startup_timeout=LIMIT, kernel_name=cls.kernel_name)

    kernel_name = "zunder"
    language_name = "Rust"
    file_extension = ".rs"
    code_hello_world = 'println!("hello, world");'
    code_stderr = 'eprintln!("to stderr");'
    code_generate_error = 'let v: Vec<i32> = Vec::new(); v[3]'
    code_execute_result = [{"code": "6 * 7", "result": "42"}]
    # The curves of a training, which the relay shows while the cell runs.
    code_display_data = [{"mime": "image/svg+xml", "code": """
        use zunder::prelude::*;
        let x = Array::from([[0.0], [1.0]]);
        let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
        let mut model = network.compile(MeanSquaredError, Adam::default(), [])?;
        let history = model.fit(&x, &x, Fit::new().epochs(2))?;
    """}]
    completion_samples = [
        {"text": "String::with_cap", "matches": {"with_capacity(capacity)"}},
    ]
    complete_code_samples = ["1", 'println!("hello");', "fn one() -> i32 { 1 }"]
    incomplete_code_samples = ["fn one() -> i32 {"]
    supported_history_operations = ()
    code_inspect_sample = "String::new"


def names(results):
    return {test.id().rsplit(".", 1)[-1] for test, _ in results}


def main():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(ZunderTests)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = names(result.failures + result.errors)
    for name in sorted(failed - set(KNOWN)):
        print(f"{name} fails", file=sys.stderr)
    for name in sorted(set(KNOWN) - failed):
        print(f"{name} is listed as known and passes: take it off the list", file=sys.stderr)
    for name, reason in (KNOWN | LEFT_OUT).items():
        print(f"known: {name}: {reason}")
    skipped = {test.id().rsplit(".", 1)[-1].split(" ")[0] for test, _ in result.skipped}
    for name in sorted(skipped ^ set(LEFT_OUT)):
        print(f"{name} is skipped or listed, but not both", file=sys.stderr)
    print(f"{result.testsRun} tests, {len(result.skipped)} of them skipped, {len(failed)} fail")
    return int(failed != set(KNOWN) or skipped != set(LEFT_OUT))


if __name__ == "__main__":
    sys.exit(main())
