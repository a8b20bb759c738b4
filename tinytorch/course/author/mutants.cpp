#include "tinytorch/course/author/mutants.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/course/generate.h"

namespace tinytorch::course {

std::string apply_mutant(const std::string& solution_text, const Mutant& mutant) {
  const std::string name = mutant.exercise + "/" + mutant.id;
  if (mutant.replace.empty()) throw Error(name + ": it replaces nothing");
  if (mutant.replace == mutant.with) throw Error(name + ": `replace` and `with` are the same");
  const std::size_t at = solution_text.find(mutant.replace);
  if (at == std::string::npos) throw Error(name + ": the solution has no `" + mutant.replace + "`");
  if (solution_text.find(mutant.replace, at + 1) != std::string::npos)
    throw Error(name + ": the solution has `" + mutant.replace + "` more than once");
  const std::vector<Region> regions = solution_regions(solution_text, "solutions/" + mutant.exercise + ".cpp");
  if (std::none_of(regions.begin(), regions.end(), [&](const Region& region) {
        return at >= region.begin && at + mutant.replace.size() <= region.end;
      }))
    throw Error(name + ": `" + mutant.replace + "` is not what a student writes: it lies outside of every region");
  return solution_text.substr(0, at) + mutant.with + solution_text.substr(at + mutant.replace.size());
}

std::string seed_of(int number) { return "seed " + std::to_string(number); }

MutantProof prove_mutant(Prover& prover, const Exercise& exercise, const std::string& text, const Mutant& mutant) {
  std::vector<Ask> asks(1);
  bool hidden = false;
  for (const TestEntry& test : exercise.tests) {
    if (!test.hidden) asks[0].tests.push_back(test.name);
    hidden = hidden || (test.hidden && test.name == mutant.dies_by);
  }
  // A mutant that hangs costs the whole time limit each time, so two seeds must do.
  const int seeds = mutant.dies_as == Status::timed_out ? 2 : kMutantSeeds;
  for (int seed = 1; hidden && seed <= seeds; ++seed) asks.push_back({{mutant.dies_by}, seed_of(seed)});
  MutantProof result;
  result.proof = prover.prove(exercise, text, asks);
  if (result.proof.built != Status::passed) return result;
  result.visible = result.proof.results.at(0);
  for (std::size_t ask = 0; ask < asks.size(); ++ask)
    for (const TestResult& test : result.proof.results.at(ask)) {
      if (test.name != mutant.dies_by) continue;
      ++result.of;
      if (test.status == mutant.dies_as)
        ++result.died;
      else if (result.survived.empty())
        result.survived =
            asks[ask].seed + ": " + word_of(test.status) + (test.message.empty() ? "" : " (" + test.message + ")");
    }
  return result;
}

void KnownAnswers::add(const Mutant& mutant, const std::vector<TestResult>& visible) {
  if (mutant.answers_vary) return;
  for (const TestResult& test : visible) {
    if (test.status != Status::failed || test.answer.empty()) continue;
    std::string& ids = known_[test.name][test.answer][mutant.feedback];
    ids += (ids.empty() ? "" : ", ") + mutant.id;
  }
}

std::vector<std::string> KnownAnswers::ambiguous() const {
  std::vector<std::string> words;
  for (const auto& [test, answers] : known_)
    for (const auto& [answer, claims] : answers) {
      if (claims.size() < 2) continue;
      std::string ids;
      for (const auto& [feedback, id] : claims) ids += (ids.empty() ? "" : " and ") + id;
      words.push_back(test + ": " + ids + " give the same wrong answer; neither is told");
    }
  return words;
}

std::string KnownAnswers::json() const {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [test, answers] : known_)
    for (const auto& [answer, claims] : answers)
      if (claims.size() == 1) json[test][answer] = claims.begin()->first;
  return json.dump(1) + "\n";
}

}  // namespace tinytorch::course
