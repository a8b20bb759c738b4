"""tt train: what it saves, how it stops, and that it goes on where it stood."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
import unittest

from support import CommandLineTest


class Determinism(CommandLineTest):
    def test_same_seed_gives_the_same_bytes_whatever_the_number_of_threads(self):
        for recipe in (["--optimizer", "adam"], ["--optimizer", "sgd", "--lr", "0.05", "--schedule", "step"],
                       ["--arch", "Sequential(Linear(784, 16), Dropout(0.5), ReLU(), Linear(16, 10))", "--warmup", "5"]):
            with self.subTest(recipe=recipe):
                arguments = ["train", "--data-dir", self.data, "--epochs", "2", *recipe]
                for out, threads in (("one", 1), ("again", 1), ("two", 2)):
                    self.run_tt(*arguments, "--threads", threads, "--out", out, "--force")
                self.assertEqual(self.bytes_of("one"), self.bytes_of("again"))
                self.assertEqual(self.bytes_of("one"), self.bytes_of("two"))

    def test_another_seed_gives_other_bytes(self):
        self.train("--epochs", "1", "--seed", "1", "--out", "one")
        self.train("--epochs", "1", "--seed", "2", "--out", "two")
        self.assertNotEqual(self.bytes_of("one"), self.bytes_of("two"))


class Resume(CommandLineTest):
    """A run that was stopped and resumed ends in the bytes of one that was not."""

    recipe = ["--epochs", "30", "--arch", "Sequential(Linear(784, 32), ReLU(), Dropout(0.2), Linear(32, 10))",
              "--validation-size", "100", "--patience", "25", "--clip", "1", "--batch-size", "16"]

    def arguments(self, out):
        return ["train", "--data-dir", self.data, *self.recipe, "--out", out, "--checkpoint-seconds", "0.01"]

    def uninterrupted(self):
        self.run_tt(*self.arguments("whole.safetensors"))
        return self.bytes_of("whole.safetensors")

    def test_after_kill_at_random_moments(self):
        seed = random.SystemRandom().randrange(10**6)
        chance = random.Random(seed)
        begin = time.monotonic()
        whole = self.uninterrupted()
        duration = time.monotonic() - begin
        kills = 0
        for _ in range(8):
            # Killed before its first checkpoint, a run leaves nothing and begins anew.
            begun = self.exists("model.checkpoint.safetensors")
            process = self.start(*(["train", "--resume", "--checkpoint-seconds", "0.01"] if begun
                                   else self.arguments("model.safetensors")))
            try:
                process.wait(chance.uniform(0, duration / 3))
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
            process.communicate()
            if self.exists("model.safetensors"):
                break
        if self.exists("model.checkpoint.safetensors"):
            self.run_tt("train", "--resume")
        self.assertGreater(kills, 0)
        self.assertEqual(self.bytes_of("model.safetensors"), whole, f"random seed {seed}")
        self.assertFalse(self.exists("model.checkpoint.safetensors"))

    def test_after_ctrl_c_and_after_terminate(self):
        whole = self.uninterrupted()
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                process = self.start(*self.arguments("model.safetensors"), "--force")
                for line in process.stdout:
                    if line.startswith("epoch 2/"):
                        break
                process.send_signal(number)
                rest, _ = process.communicate()
                self.assertEqual(process.returncode, 130)
                self.assertIn("tt train --resume model.checkpoint.safetensors", rest)
                self.run_tt("train", "--resume", "model.checkpoint.safetensors")
                self.assertEqual(self.bytes_of("model.safetensors"), whole)
                os.remove(self.path("model.safetensors"))

    def test_of_a_finished_run_saves_the_same_model_again(self):
        self.train("--epochs", "2", "--keep-checkpoint")
        model = self.bytes_of("model.safetensors")
        self.run_tt("train", "--resume")
        self.assertEqual(self.bytes_of("model.safetensors"), model)
        self.assertFalse(self.exists("model.checkpoint.safetensors"))

    def test_takes_no_option_of_the_recipe(self):
        self.train("--epochs", "1", "--keep-checkpoint")
        self.assertIn("--epochs", self.run_tt("train", "--resume", "--epochs", "3", code=2).stderr)

    def test_without_a_checkpoint_is_an_error(self):
        self.assertIn("model.checkpoint.safetensors", self.run_tt("train", "--resume", code=2).stderr)
        self.train("--epochs", "1")
        self.assertIn("model.safetensors", self.run_tt("train", "--resume", "model.safetensors", code=2).stderr)

    def test_on_other_data_is_an_error(self):
        self.train("--epochs", "1", "--keep-checkpoint")
        self.run_tt("data", "make", "digits", "--out", "other", "--train", "600", "--test", "10", "--seed", "2")
        error = self.run_tt("train", "--resume", "--data-dir", "other", code=2).stderr
        self.assertIn("not the data that this training began with", error)


class Outputs(CommandLineTest):
    """Nothing is replaced unasked; what cannot be written is known before training."""

    def nothing_was_written(self):
        self.assertEqual(os.listdir(self.folder), [])

    def test_an_existing_model_is_replaced_only_when_forced(self):
        self.write("model.safetensors", b"precious")
        self.assertIn("--force", self.train("--epochs", "1", code=2).stderr)
        self.assertEqual(self.bytes_of("model.safetensors"), b"precious")
        self.train("--epochs", "1", "--force")
        self.assertNotEqual(self.bytes_of("model.safetensors"), b"precious")

    def test_an_interrupted_training_is_replaced_only_when_forced(self):
        self.train("--epochs", "1", "--keep-checkpoint")
        os.remove(self.path("model.safetensors"))
        self.assertIn("--resume", self.train("--epochs", "1", code=2).stderr)
        self.train("--epochs", "1", "--force")

    def test_places_that_cannot_be_written_are_known_before_training(self):
        self.write("file", b"")
        os.mkdir(self.path("folder"))
        for out in ("missing/model.safetensors", "file/model.safetensors", "folder", "/proc/model.safetensors", "/dev/null"):
            with self.subTest(out=out):
                done = self.train("--epochs", "1", "--out", out, "--force", code=2)
                self.assertNotIn("epoch", done.stdout)
        self.assertEqual(sorted(os.listdir(self.folder)), ["file", "folder"])

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_folder_without_permission_is_known_before_training(self):
        os.chmod(self.folder, 0o500)
        done = self.train("--epochs", "1", code=2)
        self.assertIn("Permission denied", done.stderr)
        self.assertNotIn("epoch", done.stdout)

    def test_a_file_size_limit_leaves_no_partial_file(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
        error = self.train("--epochs", "1", code=2, preexec_fn=limit).stderr
        self.assertIn("cannot be written", error)
        self.nothing_was_written()

    def test_a_disk_that_fills_up_keeps_the_checkpoint_from_before(self):
        os.mkdir(self.path("disk"))
        # Room for one checkpoint of about 155 kB, and not for the next one beside it.
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=240k", "tmpfs", self.path("disk")], capture_output=True).returncode == 0
        if not mounted:
            self.skipTest("only root may mount a small disk")
        self.addCleanup(subprocess.run, ["umount", self.path("disk")])
        error = self.train("--epochs", "3", "--out", "disk/model.safetensors", code=2).stderr
        self.assertIn("No space left on device", error)
        self.assertEqual(os.listdir(self.path("disk")), ["model.checkpoint.safetensors"])
        self.run_tt("eval", "disk/model.checkpoint.safetensors", "--data-dir", self.data)

    def test_a_loss_that_is_no_number_names_epoch_and_batch_and_keeps_the_checkpoint(self):
        error = self.train("--optimizer", "sgd", "--lr", "1e30", code=2).stderr
        self.assertRegex(error, r"loss is -?(nan|inf) at epoch 1, batch [0-9]+")
        self.assertIn("model.checkpoint.safetensors", error)
        self.assertEqual(os.listdir(self.folder), ["model.checkpoint.safetensors"])
        self.run_tt("eval", "model.checkpoint.safetensors", "--data-dir", self.data)

    def test_architectures_that_cannot_be_trained_write_nothing(self):
        for architecture in ("784-128-x", "784", "", "Conv(3)", "784--10", "784-0-10", "100-10", "784-128-5",
                             "Sequential(Linear(784, 10)", "784-99999999999-10", "(" * 1000):
            with self.subTest(architecture=architecture):
                self.run_tt("train", "--data-dir", self.data, "--arch", architecture, code=2)
                self.nothing_was_written()

    def test_a_closed_pipe_does_not_stop_the_training(self):
        process = self.start("train", "--data-dir", self.data, "--arch", "784-16-10", "--epochs", "3")
        process.stdout.close()
        process.wait()
        self.assertEqual(process.returncode, 141)
        self.assertEqual(process.stderr.read(), "")
        process.stdout = None
        self.assertEqual(os.listdir(self.folder), ["model.safetensors"])


class Report(CommandLineTest):
    """What is printed."""

    def test_a_pipe_gets_a_line_per_epoch(self):
        out = self.train("--epochs", "3").stdout
        for epoch in (1, 2, 3):
            self.assertRegex(out, rf"(?m)^epoch {epoch}/3  loss \d+\.\d{{4}}  accuracy [0-9.]+ %  [0-9,]+ images/s$")
        self.assertRegex(out, r"test accuracy [0-9.]+ %, loss [0-9.]+ on 100 images\nsaved model.safetensors\n$")
        self.assertNotIn("\x1b", out)

    def test_quiet_prints_the_result_alone(self):
        done = self.train("--epochs", "1", "--quiet")
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.assertEqual(done.stderr, "")

    def test_json_is_one_object_on_stdout(self):
        report = self.json_of("train", "--data-dir", self.data, "--epochs", "2", "--validation-size", "100", "--limit", "500",
                              "--seed", "7")
        self.assertEqual(report["architecture"], "784-128-10")
        self.assertEqual(report["images"], 400)
        self.assertEqual(report["seed"], 7)
        self.assertEqual([epoch["epoch"] for epoch in report["epochs"]], [1, 2])
        for key in ("loss", "accuracy", "validation_loss", "validation_accuracy", "seconds", "images_per_second", "lr"):
            self.assertIn(key, report["epochs"][0])
        self.assertEqual(report["test"]["images"], 100)
        self.assertIs(report["interrupted"], False)
        self.assertIsNone(report["checkpoint"])

    def test_learning_is_better_than_guessing(self):
        report = self.json_of("train", "--data-dir", self.data, "--epochs", "8")
        # A network that learned nothing is right in one of ten.
        self.assertGreater(report["test"]["accuracy"], 0.6)

    def test_demo_shows_predictions_and_what_is_next(self):
        done = self.run_tt("demo", "--data-dir", self.data)
        for text in ("epoch 5/5", "test accuracy", "█", "tt eval demo.safetensors"):
            self.assertIn(text, done.stdout)
        self.assertNotIn("\x1b", done.stdout)
        self.run_tt("eval", "demo.safetensors", "--data-dir", self.data)
        again = self.json_of("demo", "--data-dir", self.data)
        self.assertEqual(len(again["epochs"]), 5)
        self.assertGreaterEqual(len(again["predictions"]), 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
