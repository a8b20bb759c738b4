"""What the tests of the command line share: the program, small data, and a folder for each test."""

import json
import os
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["TT_PROGRAM"]
# Sanitized builds take about ten times as long.
TIMEOUT = 240


def environment(**changes):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TINYTORCH_", "NO_COLOR"))}
    env.update(changes)
    return env


class CommandLineTest(unittest.TestCase):
    """Runs tt in an empty folder, where `data` is a small set of digits and no MNIST is in reach."""

    train_images, test_images = 600, 100

    @classmethod
    def setUpClass(cls):
        cls._shared = tempfile.TemporaryDirectory()
        cls.data = os.path.join(cls._shared.name, "digits")
        made = cls.call("data", "make", "digits", "--out", cls.data, "--train", cls.train_images, "--test", cls.test_images,
                        cwd=cls._shared.name)
        assert made.returncode == 0, made.stderr

    @classmethod
    def tearDownClass(cls):
        cls._shared.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    @staticmethod
    def command(*arguments):
        return [PROGRAM, *map(str, arguments)]

    @classmethod
    def call(cls, *arguments, cwd, env=None, **options):
        return subprocess.run(cls.command(*arguments), cwd=cwd, env=env or environment(XDG_CACHE_HOME=cwd),
                              capture_output=True, timeout=TIMEOUT, **options)

    def run_tt(self, *arguments, code=0, **options):
        """Runs to the end and checks the exit code; an error must be one message on stderr."""
        done = self.call(*arguments, cwd=self.folder, **options)
        self.assertEqual(done.returncode, code, done.stderr.decode() + done.stdout.decode())
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        if code == 2:
            self.assertRegex(done.stderr, r"^error: [^\n]+\n(  [^\n]*\n)*(`tt[^\n]*--help`[^\n]*\n)?$")
        return done

    def start(self, *arguments, **options):
        """Starts a run that the test stops itself."""
        process = subprocess.Popen(self.command(*arguments), cwd=self.folder, env=environment(XDG_CACHE_HOME=self.folder),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def json_of(self, *arguments, **options):
        return json.loads(self.run_tt(*arguments, "--json", **options).stdout)

    def train(self, *arguments, **options):
        return self.run_tt("train", "--data-dir", self.data, "--arch", "784-16-10", *arguments, **options)

    def path(self, name):
        return os.path.join(self.folder, name)

    def exists(self, name):
        return os.path.exists(self.path(name))

    def bytes_of(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return name
