"""The student's commands from outside, on a copy of modules/, exercises/ and solutions/: one ctest test for each class."""

import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, BUILD, ROOT = os.environ["TT_COURSE"], os.environ["TT_BUILD"], pathlib.Path(os.environ["TT_ROOT"])
TIMEOUT = 240  # a loaded machine, and a sanitized build


class Student(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="a course ")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in ("modules", "exercises", "solutions"):
            shutil.copytree(ROOT / name, self.root / name)
        self.relu = self.root / "exercises/03_activations/relu.cpp"
        self.solution = (self.root / "solutions/03_activations/relu.cpp").read_text()
        self.tt("reset", "relu")
        shutil.rmtree(self.root / ".tinytorch", ignore_errors=True)

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("TINYTORCH_")}
        return {**env, "TINYTORCH_ROOT": str(self.root), "TINYTORCH_BUILD": BUILD, "TINYTORCH_LAUNCHER": "./tt"}

    def tt(self, *arguments, code=0, **options):
        done = subprocess.run([PROGRAM, *arguments], cwd=self.root, env=self.environment(), capture_output=True, timeout=TIMEOUT,
                              **({"stdin": subprocess.DEVNULL} if "input" not in options else {}), **options)
        out, err = done.stdout.decode(), done.stderr.decode()
        self.assertEqual(done.returncode, code, out + err)
        if code == 2:
            self.assertRegex(err, r"^error: ")
        self.assertNotIn("\033", out)
        return out

    def json(self, *arguments, code=0):
        return json.loads(self.tt(*arguments, "--json", code=code))

    def write(self, change=lambda text: text):
        text = change(self.solution)
        self.relu.write_text(text)
        return text

    def broken(self, line):
        """The solution with `line` as the first of its body."""
        return self.write(lambda text: text.replace("// BEGIN SOLUTION\n", "// BEGIN SOLUTION\n" + line + "\n"))

    def state(self, exercise="relu"):
        return {e["exercise"]: e for m in self.json("status")["modules"] for e in m["exercises"]}[exercise]["state"]

    def assert_order(self, text, *parts):
        at = -1
        for part in parts:
            found = text.find(part, at + 1)
            self.assertGreater(found, at, f"{part!r} does not come next in\n{text}")
            at = found


class Loop(Student):
    def test_a_new_student_is_told_where_to_begin(self):
        self.assertEqual(self.state(), "not attempted")
        self.assert_order(self.tt("start"), "Module 01", "exercises/01_tensor/", "./tt lesson 01", "./tt check")
        self.assert_order(self.tt("status"), "01.1", "not attempted", "0 of", "exercises done", "next: ./tt start 01")
        self.tt("check", code=2)  # nothing was changed

    def test_states_follow_the_file(self):
        self.assert_order(self.tt("check", "relu", code=1), "03.1 relu: not attempted", "TT_TODO", "tinytorch/tensor/ops.h", "./tt lesson 03#relu",
                          "next: ./tt hint relu")
        self.assertEqual(self.state(), "not attempted")
        self.write()
        self.assertEqual(self.state(), "stale")
        self.assertIn("03.1 relu: passed", self.tt("check"))
        self.assertEqual(self.state(), "done")
        self.write(lambda text: text + "\n// more\n")
        self.assertEqual(self.state(), "stale")
        self.relu.unlink()
        self.assertEqual(self.state(), "missing")
        self.tt("check", "relu", code=2)
        self.tt("reset", "relu")
        self.assertEqual(self.state(), "not attempted")

    def test_a_wrong_answer_is_explained_in_order(self):
        self.write(lambda text: re.sub(r"to\[i\] = .*;", "to[i] = from[i];", text))
        out = self.tt("check", "relu", code=1)
        self.assert_order(out, "03.1 relu: failed in NegativesBecomeZero", "broken", "input", "expected", "got", "difference", "[0]: -2 instead of 0",
                          "lesson", "./tt lesson 03#", "visible tests passed", "did not", "at grading", "next: ./tt hint relu")
        report = self.json("check", "relu", code=1)["exercises"][0]
        self.assertEqual(report["status"], "failed")
        self.assertTrue(all(t["contract"] and t["lesson"].startswith("modules/03_activations/README.md#") for t in report["tests"]))
        self.assertGreater(report["points"], 0)
        self.assertLess(report["points"], report["visible_points"])

    def test_hidden_tests_are_counted_and_not_called_passed(self):
        self.write()
        report = self.json("check", "relu")
        visible = len(report["exercises"][0]["tests"])
        hidden = (self.root / "modules/03_activations/module.toml").read_text().split('name = "sigmoid"')[0].count("hidden = true")
        self.assertGreater(hidden, 0)
        self.assertIn(f"{visible} visible tests passed, {hidden} run", self.tt("check", "relu"))

    def test_endings_have_different_words(self):
        for line, status, words in (("*static_cast<volatile int*>(nullptr) = 1;", "crashed", "signal 11"), ("std::_Exit(0);", "no answer", "exit code 0"),
                                    ("throw Error(\"no\");", "failed", "no"), ("TT_TODO(\"03.1 relu\");", "not attempted", "TT_TODO")):
            with self.subTest(line):
                self.broken(line)
                self.assert_order(self.tt("check", "relu", code=1), f"03.1 relu: {status}", words, "next: ./tt")
        self.broken("for (volatile int i = 0;; i = i + 1) {}")
        begin = time.monotonic()
        report = self.json("check", "relu", code=1)["exercises"][0]
        self.assertEqual([t["status"] for t in report["tests"]], ["timed out"] + ["did not run"] * (len(report["tests"]) - 1))
        self.assertLess(time.monotonic() - begin, 60)

    def test_what_was_printed_is_shown_and_bounded(self):
        self.broken('for (int i = 0; i < 100000; ++i) std::puts("x is \\033[31m here");\n  return x;')
        out = self.tt("check", "relu", code=1)
        self.assertEqual(out.count(" [31m here"), 8)
        self.assertIn("more lines", out)

    def test_a_module_is_a_line_for_each_exercise(self):
        self.write()
        out = self.tt("check", "03", code=1)
        self.assert_order(out, "03.1 relu: passed", "03.2 sigmoid: not attempted", "03.4 softmax", "1 of 4 exercises pass")
        self.assertEqual(len(self.json("check", "--all", code=1)["exercises"]), len(list(self.root.glob("exercises/*/*.cpp"))))

    def test_a_milestone_is_refused_before_the_build_while_exercises_are_missing(self):
        for exercise in sorted((self.root / "solutions").glob("*/*.cpp")):
            shutil.copy(exercise, self.root / "exercises" / exercise.parent.name / exercise.name)
        for exercise in ("matmul", "relu", "quantize_model"):
            self.tt("reset", exercise)
        for milestone, count, modules in (("mnist", 2, "08"), ("int8", 3, "10"), ("integer", 3, "11")):
            done = subprocess.run([PROGRAM, "milestone", milestone], cwd=self.root, env=self.environment(), capture_output=True, text=True, timeout=TIMEOUT)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            label = re.search(r"01\.\d matmul", self.tt("status", "01"))[0]
            self.assertRegex(done.stderr, rf"^error: .*modules 01 to {modules}: {count} of their \d+ exercises are not attempted, the first {label}, "
                                          rf"`\./tt start 01`.*--anyway`")
            self.assertNotIn("Building", done.stderr)
        self.assertFalse((self.root / ".tinytorch/milestones").exists())

    def test_names_that_do_not_exist_are_errors(self):
        for arguments in (("check", "rel"), ("check", "99"), ("check", "relu", "--all"), ("hint", "no"), ("lesson", "03#no"), ("lesson", "#relu"),
                          ("quiz", "12"), ("start", "x"), ("milestone", "moon"), ("debug", "relu", "NoSuchTest"), ("status", "x")):
            with self.subTest(arguments):
                self.tt(*arguments, code=2)

    def test_every_command_teaches(self):
        for command in ("status", "start", "lesson", "check", "watch", "hint", "reset", "diff", "solution", "debug", "quiz", "milestone"):
            self.assertIn(f"tt {command}", self.tt(command, "--help"))


class Compiler(Student):
    def first_error(self, *parts):
        lines = [line for line in self.tt("check", "relu", code=1).splitlines() if not line.startswith("Building")]
        self.assertEqual(lines[0], "03.1 relu: does not compile")
        shown = lines[1:lines.index("")]
        self.assertLessEqual(len(shown), 8)
        self.assert_order("\n".join(shown), *parts)
        return shown

    def test_the_first_error_is_shown_where_it_is(self):
        text = self.broken("  undeclared(3);\n  second(4);")
        line = text[:text.index("undeclared")].count("\n") + 1
        shown = self.first_error(f"exercises/03_activations/relu.cpp:{line}:", "undeclared", f"{line} | ", "undeclared(3);", "^")
        self.assertNotIn("second", "\n".join(shown))

    def test_an_error_inside_a_header_is_told_at_the_students_line(self):
        text = self.broken("  std::vector<Tensor> all; std::sort(all.begin(), all.end());")
        line = text[:text.index("std::sort")].count("\n") + 1
        self.first_error(f"exercises/03_activations/relu.cpp:{line}:")

    def test_another_signature_and_a_missing_function_are_called_so(self):
        self.write(lambda text: text.replace("relu(const Tensor& x)", "relu(const Tensor& x, int)"))
        self.first_error("relu.cpp:", "tinytorch/tensor/ops.h")
        self.relu.write_text("// nothing here\n")
        self.first_error("does not define tinytorch::relu(tinytorch::Tensor const&)")
        self.relu.write_bytes(b"\xff\xfe\x00 binary")
        self.tt("check", "relu", code=1)


class Files(Student):
    def test_hints_come_one_at_a_time_and_are_remembered(self):
        hints = self.json("hint", "relu")
        self.assertEqual((hints["taken"], len(hints["hints"])), (1, 1))
        self.assertIn("Hint 2 of 3", self.tt("hint", "relu"))
        self.assertEqual(len(self.json("hint", "relu", "--again")["hints"]), 2)
        self.assertIn("all the hints", self.tt("hint", "relu"))
        self.assertEqual(len(self.json("hint", "relu")["hints"]), 3)

    def test_reset_keeps_a_backup_and_tells_how_to_undo(self):
        text = self.write()
        out = self.tt("reset", "relu")
        self.assertIn("TT_TODO", self.relu.read_text())
        undo = next(line for line in out.splitlines() if line.startswith("  cp "))
        subprocess.run(undo, shell=True, cwd=self.root, check=True)
        self.assertEqual(self.relu.read_text(), text)
        self.tt("reset", "relu")
        self.assertFalse(self.json("reset", "relu")["changed"])

    def test_diff_turns_the_start_into_mine(self):
        start = self.relu.read_text()
        self.assertIn("as it came", self.tt("diff", "relu"))
        mine = self.write()
        patch = self.tt("diff", "relu")
        self.relu.write_text(start)
        if shutil.which("patch"):
            subprocess.run(["patch", "-s", str(self.relu)], input=patch, text=True, check=True)
            self.assertEqual(self.relu.read_text(), mine)
        self.assertIn("-  TT_TODO", patch)

    def test_the_solution_is_shown_when_the_exercise_passes(self):
        self.assertNotIn("make_op", self.tt("solution", "relu", code=1))
        self.assertIn("make_op", self.tt("solution", "relu", "--force"))
        self.write()
        self.tt("check", "relu")
        self.assertIn("make_op", self.tt("solution", "relu"))

    def test_nothing_needs_solutions(self):
        start = self.root / "exercises/.start/03_activations"
        shutil.copytree(self.root / "exercises/03_activations", start)
        text = self.write()
        shutil.rmtree(self.root / "solutions")
        self.tt("check", "relu")
        self.assertEqual(self.state(), "done")
        self.assertIn("make_op", self.tt("diff", "relu"))
        self.tt("solution", "relu", code=2)
        self.tt("reset", "relu")
        self.assertEqual(self.relu.read_text(), (start / "relu.cpp").read_text())
        self.assertNotEqual(self.relu.read_text(), text)

    def test_damaged_progress_is_moved_aside_and_said(self):
        (self.root / ".tinytorch").mkdir()
        (self.root / ".tinytorch/progress.json").write_bytes(b"{\xff")
        self.assertIn("progress.damaged-1.json", self.tt("status"))
        self.assertNotIn("damaged", self.tt("status"))

    def test_lessons_can_be_read(self):
        self.assertIn("Module 03", self.tt("lesson", "03"))
        self.assertEqual(self.tt("lesson", "relu"), self.tt("lesson", "03#relu"))
        self.assertEqual(self.tt("lesson", "03", "--path").strip(), "modules/03_activations/README.md")
        for module in sorted((self.root / "modules").glob("*_*")):
            for line in self.tt("lesson", module.name).splitlines():
                if not line.startswith("    "):  # code and diagrams stay as they are
                    self.assertLessEqual(len(line), 120, line)

    def test_a_debugger_is_given_the_failing_input(self):
        self.broken("*static_cast<volatile int*>(nullptr) = 1;")
        report = self.json("debug", "relu")
        self.assertEqual(report["status"], "crashed")
        self.assertTrue((self.root / report["input"]).exists())
        done = subprocess.run([report["worker"], str(self.root / report["input"])], env={"TINYTORCH_ISA": "generic"}, capture_output=True)
        self.assertEqual(done.returncode, -signal.SIGSEGV)
        self.write()
        self.assertIn("passes", self.tt("debug", "relu"))


    @unittest.skipUnless(shutil.which("gdb"), "gdb is not here")
    def test_a_debugger_stops_at_every_function_of_the_file(self):
        helpers = ("namespace {\ntemplate <class T>\nT largest(T a, T b) { return a > b ? a : b; }\n}  // namespace\n"
                   "static float never(float x) { return x; }\n\ntinytorch::Tensor tinytorch::relu(")
        self.write(lambda text: re.sub(r"to\[i\] = .*;", "to[i] = largest(from[i], from[i] - 1) + 0 * never(0) + 1;",
                                       text.replace("tinytorch::Tensor tinytorch::relu(", helpers, 1)))
        self.assertIn("largest(", self.relu.read_text())
        out = self.tt("debug", "relu")  # no terminal: where it stopped, the way, the arguments
        self.assert_order(out, "NegativesBecomeZero: failed", "tinytorch::relu", "relu.cpp:", "#1 ", "\nx = ")
        self.assertNotIn("No stack", out)
        ours, terminal = pty.openpty()
        self.addCleanup(os.close, ours)
        process = subprocess.Popen([PROGRAM, "debug", "relu"], cwd=self.root, env={**self.environment(), "TERM": "dumb"}, stdin=terminal, stdout=terminal,
                                   stderr=terminal)
        self.addCleanup(process.kill)
        os.close(terminal)
        os.write(ours, b"c\nc\nq\n")
        said, end = b"", time.monotonic() + TIMEOUT
        while process.poll() is None and time.monotonic() < end:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    said += os.read(ours, 65536)
                except OSError:  # the terminal's other end is closed
                    break
        self.assertEqual(process.wait(TIMEOUT), 0)
        self.assert_order(said.decode(), "It stops where a function of exercises/03_activations/relu.cpp begins", "p/d *NAME@8", "Breakpoint ", "tinytorch::relu",
                          "Breakpoint ", "largest<float>", "Breakpoint ", "never")


class Quiz(Student):
    def test_answers_are_graded_and_remembered(self):
        right = self.json("quiz", "07", "--answers", "7,840,016;65538;0.5;1.2;16;802816 bytes;0.13;Training accuracy above 80 %, test accuracy near 10 %")
        self.assertEqual((right["right"], right["questions"]), (8, 8))
        self.assertIn("8 of 8", self.tt("status", "07"))
        wrong = self.json("quiz", "07", "--answers", "1;2;50 %;3;4;0.8 MB;0.15;x", code=1)
        self.assertEqual([a.get("right") for a in wrong["answers"]], [False, False, True, False, False, False, False, None])
        self.assertIn("surprised", wrong["answers"][6]["reason"])

    def test_it_reads_as_sentences(self):
        questions = [f'[[question]]\ntext = "number {i}"\nkind = "number"\nanswer = -64\nunit = "{unit}"\nwhy = "because."\n'
                     for i, unit in enumerate(["code", "in real units", "bytes"] + [""] * 7)]
        questions.append('[[question]]\ntext = "which"\nkind = "choice"\nwhy = "so."\n[[question.choice]]\ntext = "All of it."\ncorrect = true\n'
                         'reason = "yes"\n[[question.choice]]\ntext = "None"\nreason = "not so"\n')
        (self.root / "modules/07_data/questions.toml").write_text("".join(questions))
        right = next(c for c in "ab" if f"{c}) All of it." in self.tt("quiz", "07", "--show"))
        for choice, words in ((right, "right. yes."), ("ab".replace(right, ""), f"no. not so. The answer is {right}) All of it.")):
            out = self.tt("quiz", "07", "--answers", "1;" * 10 + choice, code=1)
            self.assert_order(out, "The answer is the code -64.\n", "The answer is -64 in real units.\n", "The answer is -64 bytes.\n", words + "\n")
            self.assert_order(out, "\n1.  number 0\n", "\n10. number 9\n", "\n11. which\n")
        asked = subprocess.run([PROGRAM, "quiz", "07"], cwd=self.root, env=self.environment(), capture_output=True, input=b"1\n" * 11, timeout=TIMEOUT)
        self.assert_order(asked.stderr.decode(), "(code) > ", "(in real units) > ", "(bytes) > ")
        for module in sorted((self.root / "modules").glob("*_*")):
            out = self.tt("quiz", module.name, "--answers", "1;" * 20, code=1)
            self.assertNotRegex(out, r"(?<!\.)\.\.(?!\.)|\bin in\b|(?m:^\d+\.\S)")

    def test_odd_input_and_its_end_are_no_accident(self):
        for text in (b"", b"\n", b"\xff\xfe\n" * 50, b"1e999\nnan\n" * 9, b"9" * 1000000, b"1,000\n50 %\n1e3\n", b"\0\0\n"):
            self.tt("quiz", "07", input=text, code=1)
        self.tt("quiz", "07", "--answers", "/nonexistent", code=1)


class Watch(Student):
    def test_the_file_just_saved_is_checked_and_ctrl_c_ends(self):
        process = subprocess.Popen([PROGRAM, "watch", "--interval", "0.05", "--json"], cwd=self.root, env=self.environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        time.sleep(2)
        self.write()
        first = json.loads(process.stdout.readline())
        self.assertEqual((first["exercise"], first["status"]), ("relu", "passed"))
        os.utime(self.relu)  # touched: nothing new to say
        partial = self.relu.with_suffix(".tmp")  # as editors save: another file, renamed
        partial.write_text("this is no C++\n")
        partial.rename(self.relu)
        self.assertEqual(json.loads(process.stdout.readline())["status"], "did not compile")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertEqual(process.stdout.read(), "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
