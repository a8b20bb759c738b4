"""tt quantize, analyze, compare, sensitivity, bench, and the other commands with an int8 model."""

import gzip
import os
import shutil
import struct
import sys
import unittest

from support import CommandLineTest, environment


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

    def test_other_data_than_the_model_was_trained_on_is_remarked(self):
        shutil.copytree(self.data, self.path("copy"))
        said = lambda data: self.run_tt("quantize", self.model, "--data-dir", data, "--out", "o", "--force").stdout
        self.assertIn("The model was trained on", said("copy"))
        self.assertNotIn("The model was trained on", said(self.data))
        # Without being told, it takes the data that the model's file names.
        self.assertEqual(self.json_of("quantize", self.model, "--out", "p")["calibration"]["data"], self.data)

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


class Compare(WithModels):
    def test_counts_agree_with_eval_and_with_each_other(self):
        for quantized in (self.dynamic, self.static):
            report = self.json_of("compare", self.model, quantized, "--data-dir", self.data, "--show", 2)
            for key, model in (("float32", self.model), ("int8", quantized)):
                counted = self.json_of("eval", model, "--data-dir", self.data)
                self.assertEqual(report[key], {"correct": counted["correct"], "accuracy": counted["accuracy"]})
            agreement = report["agreement"]
            self.assertEqual(report["images"], 100)
            self.assertEqual(agreement["ratio"], agreement["images"] / 100)
            self.assertEqual(report["int8"]["correct"] - report["float32"]["correct"],
                             agreement["only_int8_right"] - agreement["only_float32_right"])
            self.assertEqual(agreement["images"], 100 - agreement["only_int8_right"] - agreement["only_float32_right"]
                             - agreement["neither_right"])
            self.assertGreater(report["logits_sqnr_db"], 34)  # the floor of static int8
            self.assertEqual([layer["layer"] for layer in report["layers"]], ["0", "2"])
            for layer in report["layers"]:
                self.assertLessEqual(layer["output_sqnr_db"], layer["weight_sqnr_db"] + 1)  # errors add, up to chance

    def test_predicts_what_predict_says_of_the_worst_images(self):
        report = self.json_of("compare", self.model, self.static, "--data-dir", self.data, "--show", 4)
        self.assertEqual(len(report["worst"]), 4)
        changes = []
        for image in report["worst"]:
            for key, model in (("float", self.model), ("int8", self.static)):
                said = self.json_of("predict", model, image["image"], "--data-dir", self.data)["images"][0]
                self.assertEqual((said["label"], said["prediction"]), (image["label"], image[key + "_prediction"]))
                for p, q in zip(said["probabilities"], image[key + "_probabilities"]):
                    self.assertAlmostEqual(p, q, places=5)  # a batch may sum in another order than one image
            change = max(abs(p - q) for p, q in zip(image["float_probabilities"], image["int8_probabilities"]))
            changes.append((image["float_prediction"] != image["int8_prediction"], change))
        self.assertEqual(changes, sorted(changes, reverse=True))

    def test_draws_the_worst_images(self):
        out = self.run_tt("compare", self.model, self.static, "--data-dir", self.data, "--show", 2).stdout
        self.assertEqual(out.count("class  float32"), 2)
        self.assertIn("█", out)
        out = self.run_tt("compare", self.model, self.static, "--data-dir", self.data, "--show", 0, "--limit", 7).stdout
        self.assertIn("7 images of", out)
        self.assertNotIn("█", out)

    def test_wrong_models_and_data_are_one_clear_error(self):
        self.train("--epochs", "1", "--out", "other")
        compare = lambda *arguments: self.run_tt("compare", *arguments, "--data-dir", self.data, code=2).stderr
        self.assertIn("two different networks", compare("other", self.static))
        self.assertIn("quantized already", compare(self.static, self.model))
        self.assertIn("float32 model", compare(self.model, self.model))
        wrong = self.run_tt("compare", self.model, self.static, "--data-dir", self.small_images(), code=2).stderr
        self.assertIn("784", wrong)
        self.assertIn("64", wrong)


class Sensitivity(WithModels):
    def test_ranks_layers_by_the_error_at_four_bits(self):
        report = self.json_of("sensitivity", self.model, "--data-dir", self.data)
        self.assertEqual(report["accuracy"], self.json_of("eval", self.model, "--data-dir", self.data)["accuracy"])
        self.assertEqual(sorted(layer["layer"] for layer in report["layers"]), ["0", "2"])
        at = report["ranked_by_bits"]
        by_width = lambda layer: {t["bits"]: t["logits_sqnr_db"] for t in layer["trials"] if t["quantized"] == "weights"}
        ranked = [by_width(layer)[at] for layer in report["layers"]]
        self.assertEqual(ranked, sorted(ranked))
        for layer in [*report["layers"], report["all"]]:
            self.assertEqual([t["bits"] for t in layer["trials"]], [2, 3, 4, 6, 8, 8])
            sqnr = by_width(layer)
            # A bit halves the step, which is 6 dB; two bits cannot but show.
            self.assertGreater(sqnr[6], sqnr[4] + 6)
            self.assertGreater(sqnr[8], sqnr[6] + 6)
        # int8 of all layers is what tt quantize makes.
        compared = self.json_of("compare", self.model, self.dynamic, "--data-dir", self.data)
        self.assertAlmostEqual(report["all"]["trials"][-1]["logits_sqnr_db"], compared["logits_sqnr_db"], places=2)

    def test_finer_scales_lose_less(self):
        four_bits = {}
        for granularity in ("tensor", "channel", "group"):
            report = self.json_of("sensitivity", self.model, "--data-dir", self.data, "--granularity", granularity)
            four_bits[granularity] = report["all"]["trials"][2]["logits_sqnr_db"]
        self.assertLess(four_bits["tensor"], four_bits["channel"])
        self.assertLess(four_bits["channel"], four_bits["group"])

    def test_text_and_errors(self):
        out = self.run_tt("sensitivity", self.model, "--data-dir", self.data, "--limit", 50).stdout
        self.assertIn("50 images of", out)
        self.assertRegex(out, r"layer +2 bits +3 bits +4 bits +6 bits +8 bits +int8\n")
        self.assertIn("quantized already", self.run_tt("sensitivity", self.static, "--data-dir", self.data, code=2).stderr)
        self.run_tt("sensitivity", self.model, "--data-dir", self.small_images(), code=2)


class Bench(WithModels):
    """That everything is measured and told; never how fast it is."""

    def test_one_float_model_is_measured_against_what_quantization_makes_of_it(self):
        report = self.json_of("bench", self.model, "--seconds", 0.001, "--threads", 2)
        self.assertEqual([v["name"] for v in report["variants"]], ["float32", "dynamic", "static", "weight-only"])
        for variant in report["variants"]:
            self.assertEqual([(p["threads"], p["batch"]) for p in variant["points"]],
                             [(threads, batch) for threads in (1, 2) for batch in (1, 64, 1024)])
            for point in variant["points"]:
                seconds, rate = point["seconds"], point["images_per_second"]
                self.assertGreaterEqual(point["samples"], 7)
                self.assertTrue(0 < seconds["p10"] <= seconds["median"] <= seconds["p90"])
                self.assertTrue(rate["p10"] <= rate["median"] <= rate["p90"])
                self.assertAlmostEqual(rate["median"] * seconds["median"], point["batch"])
            self.assertEqual("float32" in variant["kernel"], variant["scheme"] in ("float32", "weight-only"))

    def test_files_are_measured_as_they_are(self):
        report = self.json_of("bench", self.static, self.model, self.dynamic, "--seconds", 0.001, "--threads", 1)
        self.assertEqual([(v["name"], v["scheme"]) for v in report["variants"]],
                         [(self.static, "static"), (self.model, "float32"), (self.dynamic, "dynamic")])
        self.assertEqual(len(self.json_of("bench", self.static, "--seconds", 0.001, "--threads", 1)["variants"]), 1)

    def test_the_forced_instruction_set_is_the_one_that_runs(self):
        report = self.json_of("bench", self.model, "--seconds", 0.001, "--threads", 1,
                              env=environment(TINYTORCH_ISA="generic", XDG_CACHE_HOME=self.folder))
        self.assertEqual([v["kernel"] for v in report["variants"]],
                         ["float32 generic", "int8 generic", "int8 generic", "float32 generic"])

    def test_text_and_errors(self):
        out = self.run_tt("bench", self.model, "--seconds", 0.001, "--threads", 1).stdout
        for words in ("seconds, 1 image", "images/s, batch 64", "images/s, batch 1,024", "weight-only", "speed"):
            self.assertIn(words, out)
        self.write("garbage", b"no model")
        self.run_tt("bench", "garbage", code=2)
        self.run_tt("bench", code=2)
        self.run_tt("train", "--data-dir", self.small_images(), "--arch", "64-10", "--epochs", 1, "--out", "narrow")
        self.assertIn("64 inputs", self.run_tt("bench", self.model, "narrow", code=2).stderr)


class Demo(CommandLineTest):
    def test_ends_with_a_table_of_what_it_measured(self):
        report = self.json_of("demo", "--data-dir", self.data)
        self.assertEqual([row["scheme"] for row in report["schemes"]], ["float32", "dynamic", "static"])
        for row in report["schemes"]:
            self.assertEqual(row["file_bytes"], os.path.getsize(self.path(row["file"])))
            self.assertEqual(row["accuracy"], self.json_of("eval", row["file"], "--data-dir", self.data)["accuracy"])
            self.assertGreater(row["latency_seconds"], 0)
            self.assertGreater(row["images_per_second"], 0)
        self.assertEqual(report["schemes"][0]["accuracy"], report["test"]["accuracy"])
        out = self.run_tt("demo", "--data-dir", self.data, "--quiet").stdout
        self.assertRegex(out, r"dynamic +[0-9.]+ % +[0-9,]+ +[0-9.]+ (µs|ms) +[0-9.]+[kM]?\n"
                              r"static +[0-9.]+ % +[0-9,]+ +[0-9.]+ (µs|ms) +[0-9.]+[kM]?\n$")


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
