"""Runs jupyter_kernel_test, Jupyter's own test of kernels, against ours.

Usage: check_conformance.py [--kernel NAME]

It runs as the tests of other kernels do. What evcxr cannot do is listed below, with the reason; a test
that is listed and passes is an error as well, so that the list stays true.
"""

import argparse
import sys
import unittest

import jupyter_kernel_test

# Tests that must fail, and why.
KNOWN = {}


class ZunderTests(jupyter_kernel_test.KernelTests):
    """What the tests need to know of a kernel."""

    kernel_name = "zunder"
    language_name = "Rust"
    file_extension = ".rs"
    code_hello_world = 'println!("hello, world");'
    code_stderr = 'eprintln!("to stderr");'
    code_generate_error = 'let v: Vec<i32> = Vec::new(); v[3]'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "let x = 3;", "result": ""},
    ]
    code_display_data = []
    completion_samples = [
        {"text": "String::with_cap", "matches": {"with_capacity"}},
    ]
    complete_code_samples = ["1", 'println!("hello");', "fn one() -> i32 { 1 }"]
    code_inspect_sample = "String::new"


def names(results):
    return {test.id().rsplit(".", 1)[-1] for test, _ in results}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kernel", default="zunder")
    ZunderTests.kernel_name = parser.parse_args().kernel
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(ZunderTests)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = names(result.failures + result.errors)
    for name in sorted(failed - set(KNOWN)):
        print(f"{name} fails", file=sys.stderr)
    for name in sorted(set(KNOWN) - failed):
        print(f"{name} is listed as known and passes: take it off the list", file=sys.stderr)
    for name, reason in KNOWN.items():
        print(f"known: {name}: {reason}")
    print(f"{result.testsRun} tests, {len(result.skipped)} of them skipped, {len(failed)} fail")
    return int(failed != set(KNOWN))


if __name__ == "__main__":
    sys.exit(main())
