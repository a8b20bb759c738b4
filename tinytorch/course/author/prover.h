#pragma once
#include <atomic>
#include <map>
#include <mutex>

#include "tinytorch/course/harness.h"

namespace tinytorch::course {

/// Some tests at one seed.
struct Ask {
  std::vector<std::string> tests;
  std::string seed = "visible";
};

/// What came of building one text of an exercise and of judging it.
struct Proof {
  Status built = Status::passed;
  std::string output;                            ///< of the compiler: warnings or errors
  std::vector<std::vector<TestResult>> results;  ///< one for every Ask, as judge() gives them
};

/// Builds variants of exercises and judges them. Results are kept by the content of everything that they came from:
/// sources, objects, the judge. Its methods may be called by many threads.
class Prover {
 public:
  explicit Prover(Harness harness);

  /// The exercise with `text` as its source, everything else the reference.
  /// @param keep_worker  leaves the worker where `tt check` finds it
  Proof prove(const Exercise& exercise, const std::string& text, const std::vector<Ask>& asks,
              bool keep_worker = false);

  /// The same with AddressSanitizer and UndefinedBehaviorSanitizer, for the exercise's own file and the memory of arrays.
  Proof prove_sanitized(const Exercise& exercise, const std::string& text, const std::vector<Ask>& asks);

  /// The object file of an exercise's text; empty if it does not compile. The compiler's words go to `output`.
  std::filesystem::path compile(const Exercise& exercise, const std::string& text, std::string& output);
  /// A worker from objects alone.
  /// @param own     what stands for the exercise's own object
  /// @param others  bodies that replace the reference's: "11_integer_inference/fold_bias" -> object
  Proof prove_objects(const Exercise& exercise, const std::filesystem::path& own,
                      const std::map<std::string, std::filesystem::path>& others, const std::vector<Ask>& asks);

  std::filesystem::path reference_object(const Exercise& exercise) const;
  bool has_scenarios(const Exercise& exercise) const { return harness_.scenarios.count(exercise.path()) != 0; }
  std::filesystem::path judge_of(const std::string& module) const;
  const Harness& harness() const { return harness_; }
  int made() const { return made_; }  ///< proofs that were built
  int kept() const { return kept_; }  ///< proofs that an earlier run had
  /// Forgets results that nobody asked this prover for.
  void forget_unused() const;

 private:
  Proof build_and_judge(const Harness& harness, const Exercise& exercise, const std::string& text,
                        const std::vector<Ask>& asks, const std::string& key, const std::filesystem::path& cache,
                        bool keep_worker);
  std::string key(const Exercise& exercise, const std::string& kind, const std::string& text,
                  const std::vector<Ask>& asks);
  std::filesystem::path sanitized_memory(const Harness& harness);
  std::string content(const std::filesystem::path& file);
  std::string use(const std::string& key);

  Harness harness_;
  std::filesystem::path folder_;  ///< where objects and results are kept
  std::string parts_;             ///< of what every worker consists of
  std::atomic<int> made_ = 0, kept_ = 0;
  std::mutex mutex_, sanitized_;
  std::map<std::filesystem::path, std::string> contents_;
  std::map<std::string, bool> used_;
};

}  // namespace tinytorch::course
