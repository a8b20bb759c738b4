"""The launcher ./tt: a copy of it in a folder of its own, with stand-ins for the tools it calls."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

LAUNCHER = os.environ["TT_LAUNCHER"]

# Stand-ins write down how they are called. cmake makes what the launcher looks for, ninja "builds" a tt that prints.
TOOLS = {
    "c++": "",
    "cmake": """case $1 in
--version) echo cmake version ${FAKE_CMAKE_VERSION:-3.25.1} ;;
--preset) [ -z "${FAKE_CMAKE_FAILS-}" ] || { seq 100; echo "CMake Error: fake"; exit 1; }
  mkdir -p build/$2/bin; : >build/$2/build.ninja; echo "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" >build/$2/CMakeCache.txt ;;
esac""",
    "ninja": """if [ -n "${FAKE_NINJA_FAILS-}" ]; then seq 100; echo "fatal error: fake"; exit 1; fi
[ -x "$2/bin/$3" ] && { echo ninja: no work to do.; exit; }
echo "[1/2] Building a"; echo "[2/2] Building b"
printf '#!/bin/sh\\necho "'$3' in $PWD:"; printf "<%%s>" "$@"; exit 7\\n' >"$2/bin/$3"; chmod +x "$2/bin/$3" """,
    "ctest": "echo 100% tests passed",
    "apt-get": """[ -z "${FAKE_APT_FAILS-}" ] || { echo E: fake; exit 100; }""",
    "dpkg-query": """for package; do :; done; case " ${FAKE_MISSING-} " in *" $package "*) exit 1 ;; esac; printf 'ii '""",
    "id": "echo ${FAKE_UID:-0}",
    "sudo": "exit 1",
    "getconf": "echo 2",
}
PLAIN_TOOLS = ["sh", "cat", "dirname", "readlink", "mkdir", "rm", "grep", "sed", "tail", "tee", "seq", "chmod", "env"]


class Launcher(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="a folder with spaces ")
        self.addCleanup(folder.cleanup)
        self.root = os.path.realpath(folder.name)
        self.tools, self.calls = os.path.join(self.root, "tools"), os.path.join(self.root, "calls")
        os.mkdir(self.tools)
        shutil.copy(LAUNCHER, os.path.join(self.root, "tt"))
        for tool in PLAIN_TOOLS:
            os.symlink(shutil.which(tool), os.path.join(self.tools, tool))
        for name, body in TOOLS.items():
            self.tool(name, f'echo {name} "$@" >>"{self.calls}"\n{body}')

    def tool(self, name, body):
        path = os.path.join(self.tools, name)
        with open(path, "w") as file:
            file.write("#!/bin/sh\n" + body + "\n")
        os.chmod(path, 0o755)

    def run_launcher(self, *arguments, path=None, cwd="/", code=7, **env):
        pathlib.Path(self.calls).write_text("")
        done = subprocess.run([path or os.path.join(self.root, "tt"), *arguments], cwd=cwd, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env={"PATH": self.tools, **env}, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        done.calls = pathlib.Path(self.calls).read_text().splitlines()
        return done

    def called(self, done, start):
        return [call for call in done.calls if call.startswith(start)]

    def test_without_arguments_it_tells_the_commands_and_does_nothing(self):
        done = self.run_launcher(code=0)
        self.assertIn("./tt demo", done.stdout)
        self.assertEqual(done.calls, [])

    def test_first_run_configures_and_builds_and_the_second_only_asks_ninja(self):
        first = self.run_launcher("eval", "a model", "")
        self.assertEqual(first.stdout, "tt in /:\n<eval><a model><>")
        self.assertEqual(self.called(first, "cmake --preset"), ["cmake --preset release"])
        self.assertEqual(self.called(first, "ninja"), [f"ninja -C {self.root}/build/release tt"])
        second = self.run_launcher("eval")
        self.assertEqual(second.calls, [f"ninja -C {self.root}/build/release tt"])
        self.assertEqual(second.stderr, "")

    def test_commands_of_the_course_have_a_program_of_their_own(self):
        for command in ("status", "check", "milestone", "grade"):
            done = self.run_launcher(command, "relu")
            self.assertEqual(done.stdout, f"tt-course in /:\n<{command}><relu>")
            self.assertEqual(self.called(done, "ninja"), [f"ninja -C {self.root}/build/release tt-course"])

    def test_mine_runs_on_the_students_code_wherever_it_stands(self):
        for arguments in (("--mine", "train", "--seed", "a b"), ("train", "--mine", "--seed", "a b"), ("train", "--seed", "a b", "--mine")):
            done = self.run_launcher(*arguments)
            self.assertEqual(done.stdout, "tt-course in /:\n<mine><train><--seed><a b>")

    def test_it_finds_its_folder_through_symbolic_links(self):
        os.mkdir(os.path.join(self.root, "other folder"))
        os.symlink("../tt", os.path.join(self.root, "other folder", "relative"))
        os.symlink(os.path.join(self.root, "other folder", "relative"), os.path.join(self.root, "other folder", "absolute"))
        done = self.run_launcher("doctor", path=os.path.join(self.root, "other folder", "absolute"), cwd=self.root)
        self.assertEqual(self.called(done, "ninja"), [f"ninja -C {self.root}/build/release tt"])
        self.assertIn(f"tt in {self.root}:", done.stdout)

    def test_root_installs_what_is_missing_and_is_not_asked_again(self):
        done = self.run_launcher("demo", FAKE_MISSING="libpng-dev g++")
        self.assertIn("Installing: g++ libpng-dev\n", done.stderr)
        self.assertEqual(self.called(done, "apt-get"),
                         ["apt-get update", "apt-get install -y --no-install-recommends g++ libpng-dev"])
        again = self.run_launcher("demo", FAKE_MISSING="libpng-dev")
        self.assertEqual(self.called(again, "apt-get") + self.called(again, "dpkg-query"), [])

    def test_others_are_told_the_packages_and_the_build_goes_on(self):
        done = self.run_launcher("demo", FAKE_UID="1000", FAKE_MISSING="libpng-dev libxsimd-dev")
        self.assertIn("sudo apt-get install libxsimd-dev libpng-dev", done.stderr)
        self.assertEqual(self.called(done, "apt-get"), [])
        self.assertEqual(self.called(done, "cmake --preset"), ["cmake --preset release"])

    def test_sudo_that_asks_nothing_is_used(self):
        self.tool("sudo", f'echo sudo "$@" >>"{self.calls}"\n[ "$1" = -n ] && shift\nexec "$@"')
        os.symlink(shutil.which("true"), os.path.join(self.tools, "true"))
        done = self.run_launcher("demo", FAKE_UID="1000", FAKE_MISSING="libpng-dev")
        self.assertIn("apt-get install -y --no-install-recommends libpng-dev", done.calls)

    def test_other_systems_are_told_their_package_names(self):
        for manager, package in (("dnf", "xtensor-devel"), ("pacman", "nlohmann-json"), ("brew", "googletest")):
            with self.subTest(manager=manager):
                shutil.rmtree(os.path.join(self.root, "build"), ignore_errors=True)
                if manager == "dnf":
                    os.remove(os.path.join(self.tools, "apt-get"))
                self.tool(manager, "")
                self.assertRegex(self.run_launcher("demo").stderr, rf"{manager} .*{package}")
                os.remove(os.path.join(self.tools, manager))

    def test_what_fails_shows_the_end_of_its_output(self):
        for variable, last in (("FAKE_APT_FAILS", "E: fake"), ("FAKE_CMAKE_FAILS", "CMake Error: fake"),
                               ("FAKE_NINJA_FAILS", "fatal error: fake")):
            with self.subTest(variable):
                done = self.run_launcher("demo", code=2, FAKE_MISSING="g++", **{variable: "1"})
                self.assertIn(last, done.stderr)
                self.assertRegex(done.stderr, r"(?m)^error: .*; the whole output is in /.*\.log$")
                self.assertLess(len(done.stderr.splitlines()), 40)
                self.assertEqual(done.stdout, "")

    def test_an_old_cmake_and_a_missing_tool_are_named(self):
        self.assertIn("CMake 3.18 is too old", self.run_launcher("demo", code=2, FAKE_CMAKE_VERSION="3.18.4").stderr)
        os.remove(os.path.join(self.tools, "ninja"))
        self.assertIn("ninja is not installed", self.run_launcher("demo", code=2).stderr)

    def test_a_build_folder_that_was_moved_is_made_anew(self):
        self.run_launcher("demo")
        with open(os.path.join(self.root, "build/release/CMakeCache.txt"), "w") as cache:
            cache.write("CMAKE_HOME_DIRECTORY:INTERNAL=/elsewhere\n")
        self.assertEqual(self.called(self.run_launcher("demo"), "cmake --preset"), ["cmake --preset release"])

    def test_tests_are_built_and_run(self):
        done = self.run_launcher("test", "Matmul|Sum", "--asan", "--verbose", code=0)
        self.assertTrue(done.stdout.endswith("100% tests passed\n"))
        self.assertEqual(self.called(done, "ninja"), [f"ninja -C {self.root}/build/asan all"])
        self.assertEqual(self.called(done, "ctest"),
                         [f"ctest --test-dir {self.root}/build/asan --output-on-failure -j 2 -R Matmul|Sum --verbose"])

    def test_setup_installs_and_builds_nothing(self):
        done = self.run_launcher("setup", "clang", code=0, FAKE_MISSING="clang")
        self.assertIn("apt-get install -y --no-install-recommends clang", done.calls)
        self.assertEqual(self.called(done, "ninja"), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
