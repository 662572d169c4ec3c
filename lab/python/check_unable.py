"""Checks that a kernel which cannot start says why, in the page's place for errors.

Usage: check_unable.py
"""

import json
import os
import pathlib
import shutil
import sys
import tempfile

from jupyter_client.kernelspec import KernelSpecManager

from kernel_session import LIMIT, Session, error_text


def main():
    with tempfile.TemporaryDirectory() as folder:
        spec = KernelSpecManager().get_kernel_spec("zunder-de").to_dict()
        # The launcher alone, far from all that it belongs to.
        spec["argv"][0] = shutil.copy(spec["argv"][0], folder)
        spec["env"] = {"ZUNDER_LANGUAGE": "de"}
        os.environ.pop("CARGO_MANIFEST_DIR", None)
        broken = pathlib.Path(folder) / "kernels/broken/kernel.json"
        broken.parent.mkdir(parents=True)
        broken.write_text(json.dumps(spec))
        os.environ["JUPYTER_PATH"] = folder
        with Session.of_name("broken", folder, start_timeout=LIMIT) as session:
            launcher = session.process_id
            says_so(session)
            says_so(session)  # it answers each cell
            session.interrupt()
            says_so(session)
            session.restart()  # it tries again, in a new process
            says_so(session)
            assert session.process_id != launcher, "it was not restarted"
    print("as it should be")


def says_so(session):
    outputs, reply, _ = session.run("1 + 1", LIMIT)
    said = error_text(outputs, reply)
    assert reply["status"] == "error", reply
    assert "Der Kernel kann nicht starten: das Repository von Zunder ist nicht zu finden" in said, said


if __name__ == "__main__":
    sys.exit(main())
