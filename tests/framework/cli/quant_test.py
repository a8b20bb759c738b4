"""tt quantize, analyze, compare, sensitivity, bench, and the other commands with an int8 model."""

import gzip
import os
import shutil
import struct
import sys
import unittest

from support import CommandLineTest


class WithModels(CommandLineTest):
    """A trained network and its dynamic and static int8 models."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = os.path.join(cls._shared.name, "model.safetensors")
        cls.dynamic = os.path.join(cls._shared.name, "dynamic.safetensors")
        cls.static = os.path.join(cls._shared.name, "static.safetensors")
        for arguments in (["train", "--data-dir", cls.data, "--arch", "784-32-10", "--epochs", "5", "--out", cls.model],
                          ["quantize", cls.model, "--data-dir", cls.data, "--out", cls.dynamic],
                          ["quantize", cls.model, "--data-dir", cls.data, "--scheme", "static", "--out", cls.static]):
            done = cls.call(*arguments, cwd=cls._shared.name)
            assert done.returncode == 0, done.stderr

    def quantize(self, *arguments, **options):
        return self.json_of("quantize", self.model, "--data-dir", self.data, *arguments, **options)

    def small_images(self):
        """A folder with IDX files of 8×8 images."""
        os.mkdir(self.path("small"))
        for split, count in (("train", 20), ("t10k", 10)):
            self.write(f"small/{split}-images-idx3-ubyte", struct.pack(">IIII", 2051, count, 8, 8) + bytes(range(64)) * count)
            self.write(f"small/{split}-labels-idx1-ubyte", struct.pack(">II", 2049, count) + bytes(i % 10 for i in range(count)))
        return "small"


class Quantize(WithModels):
    def test_reports_every_layer_and_the_bytes_on_disk(self):
        for scheme in ("dynamic", "static", "weight-only"):
            with self.subTest(scheme=scheme):
                out = scheme + ".safetensors"
                report = self.quantize("--scheme", scheme, "--out", out, "--calib", 100)
                self.assertEqual(report["scheme"], scheme)
                self.assertEqual(report["calibration"], {"data": self.data, "images": 100})
                self.assertEqual(report["file_bytes_after"], os.path.getsize(self.path(out)))
                self.assertEqual(report["file_bytes_before"], os.path.getsize(self.model))
                self.assertEqual([layer["layer"] for layer in report["layers"]], ["0", "2"])
                self.assertIsNone(report["accuracy"])  # it was not measured
                for layer in report["layers"]:
                    # The project's floors for int8 logits: 34 dB static, 38 dynamic, 40 for weights alone.
                    self.assertGreater(layer["output_sqnr_db"], 34)
                    self.assertLess(layer["bytes_after"], layer["bytes_before"])
                    self.assertEqual(layer["kernel"] == "float32", scheme == "weight-only")
                    self.assertEqual(layer["rounding_sqnr_db"] == "inf", scheme == "weight-only")

    def test_the_file_goes_beside_the_model_and_nothing_is_replaced_unasked(self):
        os.mkdir(self.path("models"))
        shutil.copy(self.model, self.path("models/m.safetensors"))
        arguments = ["quantize", "models/m.safetensors", "--data-dir", self.data]
        self.assertIn("saved models/m.int8.safetensors", self.run_tt(*arguments).stdout)
        first = self.bytes_of("models/m.int8.safetensors")
        self.assertIn("--force replaces it", self.run_tt(*arguments, "--scheme", "static", code=2).stderr)
        self.assertEqual(self.bytes_of("models/m.int8.safetensors"), first)
        self.run_tt(*arguments, "--scheme", "static", "--force")
        self.assertNotEqual(self.bytes_of("models/m.int8.safetensors"), first)
        self.run_tt(*arguments, "--out", "models/m.safetensors", "--force", code=2)  # the float32 model itself

    def test_says_that_accuracy_was_not_measured_and_what_measures_it(self):
        out = self.run_tt("quantize", self.model, "--data-dir", self.data, "--out", "o.safetensors").stdout
        self.assertIn("Accuracy was not measured", out)
        self.assertIn(f"compare {self.model} o.safetensors", out)
        self.assertRegex(out, r"0 +784→32 relu +100,480 → [0-9,]+ +[0-9.]+ +[0-9.]+ +no error +[0-9.]+ +\w+")

    def test_the_same_bytes_whatever_the_number_of_threads(self):
        for threads in (1, 2):
            self.quantize("--scheme", "static", "--observer", "mse", "--threads", threads, "--out", str(threads))
        self.assertEqual(self.bytes_of("1"), self.bytes_of("2"))

    def test_options_change_the_model(self):
        seen = set()
        for i, options in enumerate(([], ["--per-tensor"], ["--observer", "percentile"], ["--observer", "entropy"], ["--calib", 30])):
            self.quantize("--scheme", "static", *options, "--out", str(i))
            seen.add(self.bytes_of(str(i)))
        self.assertEqual(len(seen), 5)

    def test_calibration_does_not_look_at_test_images(self):
        os.mkdir(self.path("other"))
        for name in os.listdir(self.data):
            shutil.copy(os.path.join(self.data, name), self.path("other"))
        for name in os.listdir(self.path("other")):
            if "t10k-images" not in name:
                continue
            opened = gzip.open if name.endswith(".gz") else open
            with opened(self.path("other/" + name), "rb") as file:
                content = bytearray(file.read())
            content[16:] = b"\xff" * (len(content) - 16)
            with opened(self.path("other/" + name), "wb") as file:
                file.write(content)
        models = []
        for data in (self.data, "other"):
            self.run_tt("quantize", self.model, "--data-dir", data, "--scheme", "static", "--out", "out", "--force")
            content = self.bytes_of("out")
            models.append(content[8 + struct.unpack("<Q", content[:8])[0]:])  # the tensors: the header names the data
        self.assertEqual(models[0], models[1])

    def test_without_images_only_weights_are_judged_and_static_is_refused(self):
        report = self.json_of("quantize", self.model, "--calib", 0, "--out", "o")  # no data is looked for either
        for layer in report["layers"]:
            self.assertGreater(layer["weight_sqnr_db"], 30)  # 8 bits: some 6 dB a bit, less what the peak is above the mean
            self.assertIsNone(layer["output_sqnr_db"])
        self.assertIsNone(report["logits_sqnr_db"])
        self.assertIn("--calib", self.run_tt("quantize", self.model, "--scheme", "static", "--calib", 0, "--out", "p", code=2).stderr)
        self.assertFalse(self.exists("p"))

    def test_what_cannot_be_quantized_is_one_clear_error(self):
        self.write("garbage", b"no model")
        self.assertIn("quantized already", self.run_tt("quantize", self.static, "--out", "o", code=2).stderr)
        self.assertIn("garbage", self.run_tt("quantize", "garbage", code=2).stderr)
        self.assertIn("missing", self.run_tt("quantize", "missing", code=2).stderr)
        self.assertIn("784", self.run_tt("quantize", self.model, "--data-dir", self.small_images(), "--out", "o", code=2).stderr)
        self.run_tt("quantize", self.model, "--scheme", "int3", code=2)
        self.run_tt("quantize", self.model, "--observer", "hope", code=2)
        self.run_tt("quantize", self.model, "--data-dir", self.data, "--out", "no/such/folder", code=2)
        self.assertFalse(self.exists("o"))


class Analyze(WithModels):
    def test_bytes_on_disk_are_those_of_the_files(self):
        for quantized in (self.dynamic, self.static):
            report = self.json_of("analyze", self.model, quantized)
            before, after = os.path.getsize(self.model), os.path.getsize(quantized)
            self.assertEqual(report["parameters"], 784 * 32 + 32 + 32 * 10 + 10)
            self.assertEqual((report["disk"]["before"], report["disk"]["after"]), (before, after))
            self.assertEqual(report["disk"]["bytes_saved"], before - after)
            self.assertAlmostEqual(report["disk"]["ratio"], before / after)
            self.assertAlmostEqual(report["disk"]["percent_saved"], 100 * (before - after) / before)
            self.assertGreaterEqual(report["memory"]["before"], 4 * report["parameters"])
            self.assertGreaterEqual(report["memory"]["after"], 784 * 32 + 32 * 10)
        out = self.run_tt("analyze", self.model, self.static).stdout
        self.assertIn("25,450 parameters", out)
        self.assertIn(f"{before:,}", out)

    def test_models_that_do_not_belong_together_are_one_clear_error(self):
        self.train("--epochs", "1", "--out", "other")
        self.run_tt("train", "--data-dir", self.data, "--epochs", "1", "--out", "deep", "--arch", "784-32-10-10")
        self.assertIn("two different networks", self.run_tt("analyze", "other", self.static, code=2).stderr)
        self.assertIn("two different networks", self.run_tt("analyze", "deep", self.static, code=2).stderr)
        self.assertIn("quantized already", self.run_tt("analyze", self.static, self.static, code=2).stderr)
        self.assertIn("float32 model", self.run_tt("analyze", self.model, self.model, code=2).stderr)


class OtherCommands(WithModels):
    def test_eval_and_predict_take_int8_models(self):
        before = self.json_of("eval", self.model, "--data-dir", self.data)
        for quantized in (self.dynamic, self.static):
            after = self.json_of("eval", quantized, "--data-dir", self.data)
            self.assertLessEqual(abs(after["correct"] - before["correct"]), 2)  # of 100 images: some may stand on the fence
            p = self.json_of("predict", quantized, "0", "--data-dir", self.data)["images"][0]["probabilities"]
            q = self.json_of("predict", self.model, "0", "--data-dir", self.data)["images"][0]["probabilities"]
            self.assertNotEqual(p, q)
            self.assertLess(max(abs(a - b) for a, b in zip(p, q)), 0.1)  # logits of some tens, off by less than a hundredth

    def test_info_tells_of_int8_models(self):
        report = self.json_of("info", self.static)
        self.assertTrue(report["quantized"])
        self.assertEqual(report["parameters"], 784 * 32 + 32 + 32 * 10 + 10)
        self.assertEqual([layer["layer"] for layer in report["layers"]],
                         ["QuantizedLinear(784, 32, scheme=static, relu=true)", "QuantizedLinear(32, 10, scheme=static)"])
        self.assertEqual(report["metadata"]["scheme"], "static")
        self.assertFalse(self.json_of("info", self.model)["quantized"])
        self.assertIn("I8 (32, 784)", self.run_tt("info", self.static).stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
