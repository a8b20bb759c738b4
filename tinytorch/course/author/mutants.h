#pragma once
#include "tinytorch/course/author/prover.h"

namespace tinytorch::course {

constexpr int kMutantSeeds = 20;

/// The solution with the misconception in it.
/// @throws Error if what it replaces does not occur exactly once, does not lie within a region that the student writes,
/// or
///         is not changed
std::string apply_mutant(const std::string& solution_text, const Mutant& mutant);

/// How one mutant fared.
struct MutantProof {
  Proof proof;                      ///< results[0]: the visible tests; then `dies_by` once per seed, if it is hidden
  std::vector<TestResult> visible;  ///< empty if it did not compile
  int died = 0, of = 0;             ///< seeds at which `dies_by` ended as it should
  std::string survived;             ///< the first seed at which it did not, and what came instead; empty: none
};
MutantProof prove_mutant(Prover& prover, const Exercise& exercise, const std::string& text, const Mutant& mutant);
std::string seed_of(int number);  ///< "seed 7"

/// modules/NN_name/misconceptions.json: what a wrong answer to a visible test says about its author.
/// "Relu.NegativesBecomeZero" -> fingerprint -> feedback.
class KnownAnswers {
 public:
  void add(const Mutant& mutant, const std::vector<TestResult>& visible);
  /// Answers that two mutants with different feedback give are left out, and said here.
  std::vector<std::string> ambiguous() const;
  std::string json() const;

 private:
  std::map<std::string, std::map<std::string, std::map<std::string, std::string>>>
      known_;  ///< test, answer, feedback -> mutants
};

}  // namespace tinytorch::course
