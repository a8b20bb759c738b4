#include "tinytorch/course/author/prover.h"

#include <cstring>
#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/hash.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/toolchain.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

/// Eight bytes a step: objects are large, and this code is not optimised.
std::string digest(const std::vector<std::uint8_t>& bytes) {
  std::uint64_t a = 0x9e3779b97f4a7c15u, b = bytes.size();
  std::size_t at = 0;
  const std::uint8_t* data = bytes.data();
  const std::size_t whole = bytes.size() / 8 * 8;
  for (; at < whole; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, data + at, 8);
    a = (a ^ word) * 0xff51afd7ed558ccdu;
    a ^= a >> 32;
    b = (b + word) * 0x100000001b3u;
  }
  for (; at < bytes.size(); ++at) a = (a ^ data[at]) * 0x100000001b3u;
  return hex_text(a) + hex_text(b);
}

nlohmann::json json_of(const Proof& proof) {
  nlohmann::json results = nlohmann::json::array();
  for (const std::vector<TestResult>& ask : proof.results) {
    nlohmann::json list = nlohmann::json::array();
    for (const TestResult& result : ask) list.push_back(to_json(result));
    results.push_back(list);
  }
  return {{"built", word_of(proof.built)}, {"output", proof.output}, {"results", results}};
}

Proof proof_of(const nlohmann::json& json) {
  Proof proof;
  proof.built = status_of(json.at("built").get<std::string>());
  proof.output = json.at("output");
  for (const nlohmann::json& ask : json.at("results")) {
    std::vector<TestResult> results;
    for (const nlohmann::json& result : ask) results.push_back(test_result_of(result));
    proof.results.push_back(results);
  }
  return proof;
}

}  // namespace

Prover::Prover(Harness harness) : harness_(std::move(harness)), folder_(harness_.build / "course" / "author") {
  fs::create_directories(folder_ / "results");
  fs::create_directories(folder_ / "objects");
  parts_ = harness_.compiler;
  for (const auto& list : {harness_.compile_flags, harness_.sanitizers, harness_.libraries})
    for (const std::string& word : list) parts_ += " " + word;
  for (const auto& list : {harness_.worker, harness_.solutions})
    for (const fs::path& object : list) parts_ += content(object);
  parts_ += content(harness_.core);
}

std::string Prover::content(const fs::path& file) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = contents_.find(file);
    if (found != contents_.end()) return found->second;
  }
  const std::string result = fs::exists(file) ? digest(read_file(file)) : "missing";
  const std::lock_guard lock(mutex_);
  return contents_[file] = result;
}

std::string Prover::use(const std::string& key) {
  const std::lock_guard lock(mutex_);
  used_[key] = true;
  return key;
}

fs::path Prover::judge_of(const std::string& module) const { return harness_.build / "course" / ("judge_" + module); }

fs::path Prover::reference_object(const Exercise& exercise) const {
  for (const fs::path& object : harness_.solutions)
    if (object.string().ends_with("/" + exercise.path() + ".cpp.o")) return object;
  throw Error("the build has no object of solutions/" + exercise.path() + ".cpp");
}

std::string Prover::key(const Exercise& exercise, const std::string& kind, const std::string& text,
                        const std::vector<Ask>& asks) {
  std::string all = "2 " + kind + parts_ + content(harness_.scenarios.at(exercise.path())) +
                    content(judge_of(exercise.module)) + text;
  for (const Ask& ask : asks) {
    all += "\n" + ask.seed;
    for (const std::string& test : ask.tests) all += " " + test;
  }
  return use(exercise.name + "-" + hex_text(fnv1a(all)) + ".json");
}

Proof Prover::build_and_judge(const Harness& harness, const Exercise& exercise, const std::string& text,
                              const std::vector<Ask>& asks, const std::string& key, const fs::path& cache,
                              bool keep_worker) {
  const fs::path kept = folder_ / "results" / key;
  if (fs::exists(kept)) {
    try {
      Proof proof = proof_of(nlohmann::json::parse(read_text(kept)));
      ++kept_;
      return proof;
    } catch (const std::exception&) {  // written by something else: prove it again
    }
  }
  ++made_;
  const TemporaryDirectory own(folder_);
  const fs::path source = own.path / (exercise.name + ".cpp");
  write_file(source, text);
  const Worker worker = build_worker(harness, exercise, source, cache);
  Proof proof{worker.status, worker.output, {}};
  const bool built = worker.status == Status::passed;
  bool ungraded = false;
  if (built)
    for (const Ask& ask : asks) {
      Judging judging;
      judging.tests = ask.tests;
      judging.seed = ask.seed;
      proof.results.push_back(ask.tests.empty() ? std::vector<TestResult>()
                                                : judge(harness, exercise, worker, judging));
      for (const TestResult& result : proof.results.back()) ungraded = ungraded || result.status == Status::ungraded;
    }
  if (!keep_worker && built) {
    std::error_code ignored;
    fs::remove_all(worker.program.parent_path(), ignored);
  }
  // What did not compile may have met headers that changed since the build: it is tried again.
  if (built && !ungraded) write_file(kept, json_of(proof).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  return proof;
}

Proof Prover::prove(const Exercise& exercise, const std::string& text, const std::vector<Ask>& asks, bool keep_worker) {
  const fs::path cache = keep_worker ? harness_.build / "course" / "cache" : folder_ / "workers";
  return build_and_judge(harness_, exercise, text, asks, key(exercise, "text", text, asks), cache, keep_worker);
}

Proof Prover::prove_sanitized(const Exercise& exercise, const std::string& text, const std::vector<Ask>& asks) {
  Harness harness = harness_;
  harness.prefix.clear();  // it was compiled without them
  harness.sanitizers = {"-fsanitize=address,undefined", "-fno-sanitize-recover=all"};
  harness.identity = hex_text(fnv1a(harness.identity + "sanitized"));
  harness.worker.push_back(sanitized_memory(harness));
  return build_and_judge(harness, exercise, text, asks, key(exercise, "sanitized " + content(harness.worker.back()), text, asks), folder_ / "workers",
                         false);
}

fs::path Prover::sanitized_memory(const Harness& harness) {
  const std::lock_guard lock(sanitized_);
  const fs::path source = harness.root / "tinytorch" / "tensor" / "memory.cpp";
  const std::string name = use("memory-" + hex_text(fnv1a(parts_ + content(source))) + ".o");
  const fs::path object = folder_ / "objects" / name;
  if (fs::exists(object)) return object;
  const TemporaryDirectory own(folder_);
  std::string said;
  if (const auto failure = Toolchain(harness, own.path, source, false).compile("memory.o", said)) throw Error(failure->output);
  fs::rename(own.path / "memory.o", object);
  return object;
}

fs::path Prover::compile(const Exercise& exercise, const std::string& text, std::string& output) {
  // Headers are not looked into: the reference's objects change with what they hold.
  const std::string name = use(exercise.name + "-" + hex_text(fnv1a(parts_ + "\n" + text)));
  const fs::path object = folder_ / "objects" / (name + ".o"), words = folder_ / "objects" / (name + ".txt");
  use(name + ".o");
  use(name + ".txt");
  if (!fs::exists(object) || !fs::exists(words)) {
    ++made_;
    const TemporaryDirectory own(folder_);
    write_file(own.path / (exercise.name + ".cpp"), text);
    std::string said;
    const std::optional<Worker> failure =
        Toolchain(harness_, own.path, exercise.name + ".cpp", false).compile("exercise.o", said);
    if (failure && failure->status != Status::did_not_compile) throw Error(exercise.path() + ": " + failure->output);
    if (failure) {
      output = failure->output;
      return {};
    }
    fs::rename(own.path / "exercise.o", object);
    write_file(words, said);
  } else {
    ++kept_;
  }
  output = read_text(words);
  return object;
}

Proof Prover::prove_objects(const Exercise& exercise, const fs::path& own,
                            const std::map<std::string, fs::path>& others, const std::vector<Ask>& asks) {
  Harness harness = harness_;
  std::string kind = "objects " + content(own);
  for (fs::path& object : harness.solutions)
    for (const auto& [path, other] : others)
      if (object.string().ends_with("/" + path + ".cpp.o")) {
        object = other;
        kind += " " + path + " " + content(other);
        break;
      }
  // build_worker() leaves the exercise's own body out and compiles a source instead: an empty one beside the object.
  harness.worker.push_back(own);
  harness.identity = hex_text(fnv1a(harness.identity + kind));
  return build_and_judge(harness, exercise, "namespace {}\n", asks, key(exercise, kind, "", asks), folder_ / "workers",
                         false);
}

void Prover::forget_unused() const {
  std::error_code ignored;
  for (const char* folder : {"results", "objects"})
    for (const auto& entry : fs::directory_iterator(folder_ / folder, ignored))
      if (used_.count(entry.path().filename()) == 0) fs::remove(entry.path(), ignored);
}

}  // namespace tinytorch::course
