"""No object compiled for an instruction set may define a weak symbol that other code could be linked to.

Of several equal weak definitions the linker keeps any one. Were an inline function of the standard library compiled with
AVX-512 flags kept, a program would die on a CPU without AVX-512, far away from any kernel. So a weak symbol in such an
object must carry the instruction set in its name (as xsimd's batches do).

Usage: isa_objects_test.py NM OBJECT...   or   isa_objects_test.py NM --expect-failure OBJECT
"""
import re
import subprocess
import sys

# Names that only code for that instruction set has: xsimd's architecture tags, and the rows' own suffixes.
OWN_NAME = re.compile(r"avx|vnni|amx|fma3|__m(256|512)|Dv(8|16)_f")
# Not code: a pointer to the exception handling routine, equal in every object.
HARMLESS = re.compile(r"^DW\.ref\.")


def shared_weak_symbols(nm, path):
    listing = subprocess.run([nm, path], check=True, capture_output=True, text=True).stdout
    names = [line.split()[-1] for line in listing.splitlines() if re.search(r" [wWvVu] \S+$", line)]
    defined = [line.split()[-1] for line in listing.splitlines() if re.match(r"[0-9a-f]+ [WVu] ", line)]
    assert set(defined) <= set(names)
    return [name for name in defined if not OWN_NAME.search(name) and not HARMLESS.search(name)]


def main():
    nm, *paths = sys.argv[1:]
    expect_failure = paths[0] == "--expect-failure"
    if expect_failure:
        paths = paths[1:]
    if not paths:
        sys.exit("no objects to look at: the build lists none")
    found = [(path, name) for path in paths for name in shared_weak_symbols(nm, path)]
    for path, name in found:
        print(f"{path}: weak symbol {name} could be linked into code for every CPU")
    if bool(found) != expect_failure:
        sys.exit("expected to find a shared weak symbol and did not" if expect_failure else 1)
    print(f"{len(paths)} objects, {len(found)} shared weak symbols")


main()
