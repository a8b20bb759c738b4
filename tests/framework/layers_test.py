"""A file includes only downward: cli -> course, report -> train, quant, io -> nn, optim, data -> tensor -> kernels -> base.

Also: xtensor is included only by the array files of the tensor room, CLI11 only by the command line.

Usage: layers_test.py SOURCE_DIR    checks the tree
       layers_test.py --self-test   checks that each rule finds what breaks it
"""
import pathlib
import re
import sys

LEVELS = [["base"], ["kernels"], ["tensor"], ["nn", "optim", "data"], ["train", "quant", "io"], ["course", "report"], ["cli"]]
LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
XTENSOR_SEAM = "tinytorch/tensor/array_xtensor.h"  # xtensor's headers, for whichever version is installed
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def complaints(path, text):
    """What is wrong with the includes of one file; path is relative to the source directory."""
    parts = pathlib.PurePosixPath(path).parts
    in_library = parts[0] == "tinytorch" and len(parts) > 2
    room = parts[1] if in_library else None
    if in_library and room not in LEVEL:
        yield f"room {room} has no level: add it to {sys.argv[0]}"
        return
    own_header = re.sub(r"\.cpp$", ".h", path)
    for header in INCLUDE.findall(text):
        if header == own_header:
            continue
        if header == "tinytorch/tinytorch.h" and in_library and room not in ("cli", "course", "report"):
            yield "includes the whole framework"
        other = header.split("/")
        if in_library and other[0] == "tinytorch" and len(other) > 2:
            if other[1] not in LEVEL:
                yield f"includes {header}: no such room"
            elif LEVEL[other[1]] > LEVEL[room]:
                yield f"includes {header}: {other[1]} lies above {room}"
        if parts[0] == "solutions" and other[0] == "tinytorch" and other[1] in ("cli", "course"):
            yield f"includes {header}: an exercise is part of the library, below {other[1]}"
        heavy = re.match(r"(xtensor|xtl)\b", header) or header == XTENSOR_SEAM
        if heavy and path != XTENSOR_SEAM and not re.match(r"tinytorch/tensor/array\w*\.cpp$", path):
            yield f"includes {header}: only tinytorch/tensor/array*.cpp may"
        if re.match(r"CLI\b", header) and room != "cli":
            yield f"includes {header}: only tinytorch/cli may"


def check(root):
    bad = files = 0
    for folder in ("tinytorch", "solutions"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp"):
                continue
            files += 1
            path = file.relative_to(root).as_posix()
            for complaint in complaints(path, file.read_text(encoding="utf-8")):
                print(f"{path}: {complaint}")
                bad += 1
    print(f"{files} files, {bad} includes that should not be")
    sys.exit(1 if bad or not files else 0)


def self_test():
    cases = [
        ("tinytorch/base/shape.cpp", "tinytorch/tensor/tensor.h", True),
        ("tinytorch/tensor/tensor.cpp", "tinytorch/base/shape.h", False),
        ("tinytorch/nn/losses.h", "tinytorch/optim/optimizer.h", False),
        ("tinytorch/nn/losses.h", "tinytorch/train/trainer.h", True),
        ("tinytorch/io/model.cpp", "tinytorch/nn/module.h", False),
        ("tinytorch/tensor/array.cpp", "xtensor/xarray.hpp", False),
        ("tinytorch/tensor/array_math.cpp", "xtensor/xarray.hpp", False),
        ("tinytorch/tensor/array_xtensor.h", "xtensor/xarray.hpp", False),
        ("tinytorch/tensor/array_math.cpp", "tinytorch/tensor/array_xtensor.h", False),
        ("tinytorch/tensor/ops.cpp", "tinytorch/tensor/array_xtensor.h", True),
        ("tinytorch/tensor/array.h", "xtensor/xarray.hpp", True),
        ("tinytorch/tensor/tensor.cpp", "xtensor/xarray.hpp", True),
        ("solutions/01_tensor/sum.cpp", "xtensor/xarray.hpp", True),
        ("tinytorch/cli/main.cpp", "CLI/CLI.hpp", False),
        ("tinytorch/train/trainer.cpp", "CLI/CLI.hpp", True),
        ("tinytorch/attic/old.cpp", "tinytorch/base/shape.h", True),
        ("tinytorch/nn/losses.cpp", "tinytorch/attic/old.h", True),
        ("tinytorch/nn/losses.cpp", "tinytorch/tinytorch.h", True),
        ("solutions/03_nn/relu.cpp", "tinytorch/cli/command.h", True),
    ]
    for path, header, wrong in cases:
        for form in (f'#include "{header}"\n', f"  #  include <{header}>\n"):
            found = list(complaints(path, form))
            if bool(found) != wrong:
                sys.exit(f"{path} with {form.strip()}: expected {'a complaint' if wrong else 'none'}, got {found}")
    print(f"{len(cases)} cases")


if sys.argv[1:] == ["--self-test"]:
    self_test()
else:
    check(pathlib.Path(sys.argv[1]))
