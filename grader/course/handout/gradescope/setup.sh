#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image from the zip: the only time that the network is needed.
# Its Ubuntu 22.04 has Python 3.10; the grader gets a newer one and an environment of its own. All that is downloaded is
# pinned by its hash: the packages here, and Python in uv itself.
set -euo pipefail

version=3.13
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/source}
course=$root/source/course

if ! python3 -m pip --version >/dev/null 2>&1; then
    apt-get update
    apt-get install --yes --no-install-recommends python3-pip
fi
python3 -m pip install --no-input --require-hashes --target "$root/uv" --requirement "$course/requirements/lock.txt"

export UV_PYTHON_INSTALL_DIR=$root/pythons
uv=$root/uv/bin/uv
"$uv" python find "$version" >/dev/null 2>&1 || "$uv" python install --no-bin "$version"
"$("$uv" python find "$version")" -m venv --clear "$root/python"

python=$root/python/bin/python
"$python" -m pip install --no-input --require-hashes --requirement "$course/requirements/grade.txt"
"$python" -c 'import pathlib, sys, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "grader.pth").write_text(sys.argv[1] + "\n")' "$course"
"$python" -m compileall -q "$course/grader"
"$python" -P -m grader --version
