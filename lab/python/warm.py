"""Runs one cell through evcxr in the template, so that the crates are compiled there.

Usage: warm.py EVCXR_JUPYTER (the environment says where the template is)
"""

import sys

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from kernel_session import KernelDied, Session, error_text

CELL = ':dep zunder = "0.1"\n:dep zunder-course = "0.1"\nuse zunder_course::prelude::*;'


def main(evcxr):
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=[evcxr, "--control_file", "{connection_file}"])
    with Session(manager, ".", start_timeout=1800) as session:  # a busy machine is slow
        outputs, reply, _ = session.run(CELL)
        session.drain(0.2)
    return error_text(outputs, reply)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]) or 0)
    except KernelDied as error:
        sys.exit(str(error))
