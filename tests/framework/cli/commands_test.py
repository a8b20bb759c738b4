"""tt eval, predict, info, data, doctor: what they print, and what they do with what is wrong."""

import json
import os
import pathlib
import pty
import select
import struct
import subprocess
import sys
import unittest
import zlib

from support import CommandLineTest, environment


def png(width, height, pixels):
    """A grey 8-bit PNG."""
    rows = b"".join(b"\0" + pixels[y * width:(y + 1) * width] for y in range(height))
    chunk = lambda kind, body: struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class WithModel(CommandLineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = os.path.join(cls._shared.name, "model.safetensors")
        done = cls.call("train", "--data-dir", cls.data, "--arch", "784-16-10", "--epochs", "5", "--out", cls.model,
                        cwd=cls._shared.name)
        assert done.returncode == 0, done.stderr


class Eval(WithModel):
    def test_counts_agree_with_each_other(self):
        report = self.json_of("eval", self.model, "--data-dir", self.data)
        confusion = report["confusion"]
        self.assertEqual(report["images"], 100)
        self.assertEqual(sum(map(sum, confusion)), 100)
        self.assertEqual(report["correct"], sum(confusion[i][i] for i in range(10)))
        self.assertAlmostEqual(report["accuracy"], report["correct"] / 100)
        for i, row in enumerate(report["classes"]):
            predicted = sum(line[i] for line in confusion)
            self.assertEqual(row["class"], i)
            self.assertEqual(row["count"], sum(confusion[i]))
            self.assertEqual(row["recall"], confusion[i][i] / row["count"] if row["count"] else None)
            self.assertEqual(row["precision"], confusion[i][i] / predicted if predicted else None)

    def test_text_has_the_table_and_the_matrix(self):
        out = self.run_tt("eval", self.model, "--data-dir", self.data, "--split", "train", "--limit", "50").stdout
        self.assertRegex(out, r"accuracy [0-9.]+ %, loss [0-9.]+ on 50 images")
        self.assertRegex(out, r"class +precision +recall +count\n +0 ")
        self.assertIn("confusion", out)

    def test_broken_models_are_one_clear_error(self):
        good = pathlib.Path(self.model).read_bytes()
        broken = {"empty": b"", "short": good[:7], "truncated": good[:-1], "longer": good + b"\0", "garbage": b"\xff" * 5000,
                  "huge-header": struct.pack("<Q", 2**63) + good[8:], "no-json": struct.pack("<Q", 2) + b"{]",
                  "other": struct.pack("<Q", 2) + b"{}", "newer": good.replace(b'"format_version":"1"', b'"format_version":"9"')}
        for name, content in broken.items():
            with self.subTest(name):
                self.write(name, content)
                for command in (["eval", name], ["predict", name, "0"]):
                    self.assertIn(name, self.run_tt(*command, "--data-dir", self.data, code=2).stderr)
        for name in ("missing", "."):
            self.assertIn(name, self.run_tt("eval", name, "--data-dir", self.data, code=2).stderr)

    def test_missing_or_damaged_data_is_one_clear_error(self):
        self.assertIn("tt data fetch mnist", self.run_tt("eval", self.model, "--data", "mnist", code=2).stderr)
        self.run_tt("eval", self.model, "--data-dir", "nowhere", code=2)
        os.mkdir(self.path("half"))
        for name in os.listdir(self.data):
            content = pathlib.Path(self.data, name).read_bytes()
            self.write("half/" + name, content[:len(content) // 2])
        self.assertIn("half/", self.run_tt("eval", self.model, "--data-dir", "half", code=2).stderr)

    def test_standard_output_that_is_full_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(self.command("eval", self.model, "--data-dir", self.data), stdout=full,
                                  stderr=subprocess.PIPE, env=environment())
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, b"error: standard output cannot be written\n")


class Predict(WithModel):
    def test_takes_indices_and_files(self):
        pixels = bytes(255 if 8 < x < 18 and 4 < y < 24 else 0 for y in range(28) for x in range(28))
        self.write("digit.png", png(28, 28, pixels))
        self.write("digit.pgm", b"P5 28 28 255\n" + pixels)
        report = self.json_of("predict", self.model, "3", "test:3", "train:5", "digit.png", "digit.pgm", "--data-dir", self.data)
        images = report["images"]
        self.assertEqual([image["image"] for image in images], ["3", "test:3", "train:5", "digit.png", "digit.pgm"])
        for image in images:
            p = image["probabilities"]
            self.assertEqual(len(p), 10)
            self.assertAlmostEqual(sum(p), 1, places=5)  # float32 sums of ten values
            self.assertEqual(image["prediction"], p.index(max(p)))
        self.assertEqual(images[0]["probabilities"], images[1]["probabilities"])
        self.assertEqual(images[3]["probabilities"], images[4]["probabilities"])
        self.assertIsNone(images[3]["label"])
        self.assertIn(images[0]["label"], range(10))

    def test_draws_the_digit_beside_the_probabilities(self):
        lines = self.run_tt("predict", self.model, "0", "--data-dir", self.data).stdout.splitlines()
        self.assertRegex(lines[1], r"^0: \d \(it is a \d\)$")
        self.assertEqual(len(lines[2:]), 14)  # two rows of pixels to a line
        self.assertIn("█", "".join(lines))
        self.assertTrue(all(len(line) >= 28 for line in lines[2:]))
        self.assertEqual([line[30] for line in lines[2:12]], list("0123456789"))

    def test_wrong_images_are_one_clear_error(self):
        self.write("text.png", b"not a picture")
        self.write("cut.png", png(28, 28, bytes(784))[:60])
        for image in ("100", "train:600", "test:-1", "valid:3", "missing.png", "text.png", "cut.png", ".", "99999999999999999999"):
            with self.subTest(image=image):
                self.run_tt("predict", self.model, image, "--data-dir", self.data, code=2)


class Info(WithModel):
    def test_of_a_model(self):
        report = self.json_of("info", self.model)
        self.assertEqual(report["architecture"], "Sequential(Linear(784, 16), ReLU(), Linear(16, 10))")
        self.assertEqual(report["parameters"], 784 * 16 + 16 + 16 * 10 + 10)
        self.assertEqual(report["file_bytes"], os.path.getsize(self.model))
        self.assertEqual([t["name"] for t in report["tensors"]], ["0.bias", "0.weight", "2.bias", "2.weight"])
        self.assertEqual(report["tensors"][1], {"name": "0.weight", "dtype": "F32", "shape": [16, 784], "elements": 12544,
                                                "bytes": 50176})
        self.assertIn("Linear(784, 16)  12,560 parameters", self.run_tt("info", self.model).stdout)

    def test_of_any_safetensors_file(self):
        header = json.dumps({"__metadata__": {"made by": "\x1b[31mhand"},
                             "half": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
        self.write("other", struct.pack("<Q", len(header)) + header + bytes(6))
        report = self.json_of("info", "other")
        self.assertIsNone(report["architecture"])
        self.assertEqual(report["elements"], 3)
        self.assertEqual(report["tensor_bytes"], 6)
        out = self.run_tt("info", "other").stdout
        self.assertIn("half  BF16 (3,)", out)
        self.assertIn("?[31mhand", out)  # a file may not steer the terminal
        self.assertNotIn("\x1b", out)


class Data(CommandLineTest):
    def test_the_same_seed_draws_the_same_files_whatever_the_number_of_threads(self):
        for out, threads in (("one", 1), ("two", 2)):
            self.run_tt("data", "make", "digits", "--out", out, "--train", 200, "--test", 50, "--seed", 9, "--threads", threads)
        names = sorted(os.listdir(self.path("one")))
        self.assertEqual(len(names), 4)
        for name in names:
            self.assertEqual(self.bytes_of("one/" + name), self.bytes_of("two/" + name))

    def test_info_counts(self):
        report = self.json_of("data", "info", "--data-dir", self.data)
        for split, images in (("train", self.train_images), ("test", self.test_images)):
            self.assertEqual(report[split]["images"], images)
            self.assertEqual(sum(report[split]["class_counts"]), images)
        self.assertIn("600 images of 28×28", self.run_tt("data", "info", "--data-dir", self.data).stdout)

    def test_show_draws_images(self):
        report = self.json_of("data", "show", "train:7", "2", "--data-dir", self.data)
        self.assertEqual([(i["split"], i["index"], len(i["pixels"])) for i in report["images"]], [("train", 7, 784), ("test", 2, 784)])
        self.assertIn("█", self.run_tt("data", "show", "--data-dir", self.data).stdout)
        self.run_tt("data", "show", "100", "--data-dir", self.data, code=2)
        self.run_tt("data", "show", "x", "--data-dir", self.data, code=2)

    def test_what_cannot_be_made_is_one_clear_error(self):
        self.write("file", b"")
        self.run_tt("data", "make", "digits", "--out", "file/below", "--train", 10, "--test", 10, code=2)
        self.run_tt("data", "make", "digits", "--train", 0, code=2)
        self.run_tt("data", "make", "letters", code=2)


class Doctor(CommandLineTest):
    def test_tells_what_there_is(self):
        report = self.json_of("doctor", "--threads", 1)
        self.assertEqual(report["threads"], 1)
        self.assertEqual(set(report["kernels"]), {"sgemm", "sgd_step", "adam_step", "normalize_pixels", "qgemm",
                                                "quantize_rows"})
        self.assertEqual(report["data"], {"mnist": None, "digits": None})
        self.assertIn("xtensor", report["libraries"])

    def test_a_forced_instruction_set_is_obeyed_and_a_wrong_one_is_an_error(self):
        report = self.json_of("doctor", env=environment(TINYTORCH_ISA="generic", XDG_CACHE_HOME=self.folder))
        self.assertEqual(set(report["kernels"].values()), {"generic"})
        self.run_tt("doctor", env=environment(TINYTORCH_ISA="quantum"), code=2)


class Usage(WithModel):
    def test_usage_errors_exit_with_2_and_a_hint(self):
        for arguments, hint in ((["dance"], "`tt --help`"), (["train", "--nope"], "`tt train --help`"),
                                (["train", "--epochs", "many"], "`tt train --help`"), (["eval"], "`tt eval --help`"),
                                (["data", "make"], "`tt data make --help`"), (["train", "--optimizer", "lion"], "`tt train --help`"),
                                (["doctor", "--threads", "0"], "`tt doctor --help`"), (["train", "--epochs", "0"], "`tt train --help`"),
                                (["train", "--data", "mnist", "--data-dir", "x"], "`tt train --help`")):
            with self.subTest(arguments=arguments):
                self.assertIn(hint, self.run_tt(*arguments, code=2).stderr)

    def test_every_command_has_help_with_examples(self):
        for command in ("demo", "train", "eval", "predict", "quantize", "analyze", "compare", "sensitivity", "bench", "info", "doctor", "data fetch", "data make", "data show", "data info"):
            out = self.run_tt(*command.split(), "--help").stdout
            self.assertIn("Examples:\n  tt " + command, out)
            for option in ("--json", "--quiet", "--threads"):
                self.assertIn(option, out)
        self.assertIn("demo", self.run_tt().stdout)
        self.assertIn("there is no command trian", self.run_tt("trian", code=2).stderr)
        self.assertRegex(self.run_tt("--version").stdout, r"^tinytorch \d+\.\d+\.\d+\n$")


class OnATerminal(WithModel):
    def on_a_terminal(self, *arguments, **env):
        """What a terminal of 256 colours receives."""
        master, slave = pty.openpty()
        process = subprocess.Popen(self.command(*arguments), cwd=self.folder, stdin=slave, stdout=slave, stderr=slave,
                                   env=environment(TERM="xterm-256color", **env))
        os.close(slave)
        received = b""
        while select.select([master], [], [], 60)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:  # Linux: the other side was closed
                break
            if not piece:
                break
            received += piece
        os.close(master)
        self.assertEqual(process.wait(), 0, received)
        return received.decode()

    def test_digits_are_grey_unless_no_color_is_set(self):
        arguments = ["predict", self.model, "0", "--data-dir", self.data]
        self.assertIn("\x1b[38;5;", self.on_a_terminal(*arguments))
        self.assertNotIn("\x1b", self.on_a_terminal(*arguments, NO_COLOR="1"))

    def test_a_progress_line_is_drawn_and_removed(self):
        arguments = ["train", "--data-dir", self.data, "--epochs", "3", "--force"]
        out = self.on_a_terminal(*arguments)
        self.assertRegex(out, r"\r\x1b\[K[━─]+ epoch \d/3  loss [0-9.]+  accuracy [0-9.]+ %  [0-9,]+ images/s  \d+:\d\d left")
        self.assertTrue(out.endswith("saved model.safetensors\r\n"))
        self.assertNotIn("left", self.on_a_terminal(*arguments, "--quiet"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
