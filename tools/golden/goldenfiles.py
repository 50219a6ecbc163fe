"""What the scripts that make golden files share: numbers as text, files with a manifest, the command line."""

import argparse
import hashlib
import json
import platform
import sys
import tempfile
from pathlib import Path

import numpy as np
import scipy


def text(values):
    return " ".join(repr(float(v)) for v in np.atleast_1d(values))


def make(folder, seed, parts):
    hashes = {}

    def out(name, lines):
        content = ("\n".join(lines) + "\n").encode()
        (folder / name).write_bytes(content)
        hashes[name] = hashlib.sha256(content).hexdigest()

    for part in parts:
        part(out)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
    return {"seed": seed, "versions": versions, "sha256": hashes}


def main(description, target, seed, parts):
    """Makes the files in `target`, or with --check aside, to compare them with the recorded hashes."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the recorded hashes, write nothing")
    if parser.parse_args().check:
        recorded = json.loads((target / "manifest.json").read_text())["sha256"]
        with tempfile.TemporaryDirectory() as aside:
            made = make(Path(aside), seed, parts)["sha256"]
        sys.exit(0 if made == recorded else "The files differ from the recorded ones: other versions?")
    target.mkdir(parents=True, exist_ok=True)
    manifest = make(target, seed, parts)
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
