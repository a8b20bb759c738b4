#include "tinytorch/course/author/author_check.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "tinytorch/base/error.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/course/author/jobs.h"
#include "tinytorch/course/author/lesson_check.h"
#include "tinytorch/course/author/mutants.h"
#include "tinytorch/course/author/prover.h"
#include "tinytorch/course/author/release.h"
#include "tinytorch/course/author/tree_check.h"
#include "tinytorch/course/generate.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
constexpr int kSolutionSeeds = 5;

Names tests_of(const Exercise& exercise, bool hidden) {
  Names names;
  for (const TestEntry& test : exercise.tests)
    if (test.hidden == hidden) names.push_back(test.name);
  return names;
}

Names all_tests(const Exercise& exercise) {
  Names names;
  for (const TestEntry& test : exercise.tests) names.push_back(test.name);
  return names;
}

std::string short_text(const std::string& text) {
  std::string first = lines_of(text).empty() ? "" : lines_of(text).front();
  return first.size() > 200 ? first.substr(0, 200) + "…" : first;
}

std::string words_of(const TestResult& result) {
  std::string words = result.name + " is " + word_of(result.status);
  for (const std::string& part : {result.message, result.difference})
    if (!part.empty()) words += ": " + short_text(part);
  return words;
}

/// The first line of a compiler's output that says what is wrong.
std::string complaint(const std::string& output) {
  for (const std::string& line : lines_of(output))
    for (const char* kind : {"error: ", "warning: ", "undefined reference", "multiple definition"})
      if (line.find(kind) != std::string::npos) return line.substr(line.find_last_of('/', line.find(kind)) + 1);
  return short_text(output);
}

class Check {
 public:
  Check(const fs::path& root, const fs::path& build, const AuthorOptions& options)
      : root_(root),
        build_(build),
        options_(options),
        catalog_(read_catalog(root)),
        prover_(read_harness(root, build)) {
    std::vector<std::string> left = options.modules;
    for (const DeclaredModule& declared : declared_modules(root)) {
      const std::string number = declared.name.substr(0, 2);
      const auto is_it = [&](const std::string& name) {
        return name == declared.name || name == number || "0" + name == number;
      };
      if (options.modules.empty() || std::erase_if(left, is_it) > 0) names_.push_back(declared.name);
    }
    if (!left.empty()) throw Error("there is no module " + left.front() + " in modules/CMakeLists.txt");
    for (const Module& module : catalog_.modules)
      if (std::find(names_.begin(), names_.end(), module.name) != names_.end()) modules_.push_back(&module);
  }

  AuthorReport run() {
    const auto begin = std::chrono::steady_clock::now();
    prove();
    report_.modules = static_cast<int>(modules_.size());
    report_.findings = findings_.sorted();
    report_.made = prover_.made();
    report_.kept = prover_.kept();
    report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return report_;
  }

 private:
  void add_solutions(std::vector<Job>& jobs) {
    for (const Module* module : modules_)
      for (const Exercise& exercise : module->exercises) {
        report_.tests += static_cast<int>(exercise.tests.size());
        ++report_.exercises;
        if (provable(exercise))
          jobs.push_back({"solutions/" + exercise.path() + ".cpp", [this, &exercise] { prove_solution(exercise); }});
      }
  }

  void prove() {
    check_tree(root_, catalog_, names_, findings_);
    check_generated(root_, names_, findings_);
    for (const Module* module : modules_) check_judge(prover_.judge_of(module->name), *module, findings_);
    // The second half needs what the first compiles, and lessons check exercises whose workers the first has built.
    std::vector<Job> first, second;
    add_solutions(first);
    stubs_ = declared_exercises(root_);
    for (const Exercise& stub : stubs_)
      first.push_back({"exercises/" + stub.path() + ".cpp", [this, &stub] { compile_stub(stub); }});
    const SolutionLines lines(root_);
    if (options_.modules.empty())
      first.push_back({"solutions", [&] { check_released_files(root_, lines, findings_); }});
    for (const Module* module : modules_) add_module_jobs(*module, lines, second);
    run_jobs(first, options_.jobs, findings_, offset_progress(0, first.size() + second.size()));
    run_jobs(second, options_.jobs, findings_, offset_progress(first.size(), first.size() + second.size()));
    for (const Module* module : modules_) check_misconceptions(*module);
    if (options_.modules.empty()) prover_.forget_unused();
  }

  bool provable(const Exercise& exercise) const { return prover_.has_scenarios(exercise) && !exercise.tests.empty(); }
  std::string solution_of(const Exercise& exercise) const {
    return read_text(root_ / "solutions" / (exercise.path() + ".cpp"));
  }

  std::function<void(int, int, const std::string&)> offset_progress(std::size_t before, std::size_t all) {
    if (!options_.progress) return {};
    return [this, before, all](int done, int, const std::string& what) {
      options_.progress(static_cast<int>(before) + done, static_cast<int>(all), what);
    };
  }

  void count(int AuthorReport::*what) {
    const std::lock_guard lock(mutex_);
    ++(report_.*what);
  }

  /// Visible and hidden tests at several seeds, compiled as a student's file is.
  void prove_solution(const Exercise& exercise) {
    const std::string file = "solutions/" + exercise.path() + ".cpp";
    std::vector<Ask> asks{{tests_of(exercise, false)}};
    for (int seed = 1; seed <= kSolutionSeeds; ++seed) asks.push_back({tests_of(exercise, true), seed_of(seed)});
    if (scores_all(file, prover_.prove(exercise, solution_of(exercise), asks, true), asks))
      count(&AuthorReport::solutions);
  }

  /// Once more with sanitizers, which find what a right answer hides.
  void prove_clean(const Exercise& exercise) {
    const std::vector<Ask> asks{{tests_of(exercise, false)}, {tests_of(exercise, true), seed_of(1)}};
    if (scores_all("solutions/" + exercise.path() + ".cpp with sanitizers",
                   prover_.prove_sanitized(exercise, solution_of(exercise), asks), asks))
      count(&AuthorReport::clean);
  }

  bool scores_all(const std::string& what, const Proof& proof, const std::vector<Ask>& asks) {
    if (!proof.output.empty()) findings_.add(what, "the compiler says: " + complaint(proof.output));
    std::vector<std::string> told;
    for (std::size_t i = 0; i < proof.results.size(); ++i)
      for (const TestResult& result : proof.results[i]) {
        if (result.status == Status::passed || std::find(told.begin(), told.end(), result.name) != told.end()) continue;
        told.push_back(result.name);
        findings_.add(what, "at " + asks[i].seed + ": " + words_of(result));
      }
    return proof.built == Status::passed && told.empty();
  }

  void compile_stub(const Exercise& stub) {
    std::string output;
    const fs::path object = prover_.compile(stub, exercise_text(solution_of(stub), stub), output);
    const bool ours = std::find(names_.begin(), names_.end(), stub.module) != names_.end();
    if (!output.empty() && ours)
      findings_.add("exercises/" + stub.path() + ".cpp", "the compiler says: " + complaint(output));
    const std::lock_guard lock(mutex_);
    if (!object.empty()) objects_[stub.path()] = object;
  }

  /// Also checks what needs no compiler.
  void add_module_jobs(const Module& module, const SolutionLines& lines, std::vector<Job>& jobs) {
    const std::string folder = "modules/" + module.name;
    std::vector<Markdown::QuotedCommand> commands;
    try {
      commands = check_lesson(root_, module, lines, findings_);
    } catch (const Error& error) {
      findings_.add(folder, error.what());
    }
    for (const Markdown::QuotedCommand& command : commands) {
      const std::string where = folder + "/README.md:" + std::to_string(command.line);
      if (!options_.course.empty()) jobs.push_back({where, [this, where, command] { prove_command(where, command); }});
    }
    for (const Exercise& exercise : module.exercises) {
      if (!provable(exercise)) continue;
      jobs.push_back({"exercises/" + exercise.path() + ".cpp", [this, &exercise] { prove_stub(exercise); }});
      if (prover_.harness().sanitizers.empty())
        jobs.push_back({"solutions/" + exercise.path() + ".cpp", [this, &exercise] { prove_clean(exercise); }});
      jobs.push_back({folder, [this, &exercise] { prove_alone(exercise); }});
    }
    std::vector<Mutant>& mutants = mutants_[module.name] = read_mutants(root_, module);
    std::vector<std::vector<TestResult>>& visible = visible_[module.name];
    visible.resize(mutants.size());
    for (std::size_t i = 0; i < mutants.size(); ++i) {
      for (const Exercise& exercise : module.exercises)
        if (exercise.name == mutants[i].exercise && provable(exercise))
          jobs.push_back({folder + "/mutants.toml", [this, &exercise, &mutant = mutants[i], &answers = visible[i]] {
                            prove_dead(exercise, mutant, answers);
                          }});
    }
  }

  /// The untouched exercise: each of its tests is not attempted.
  void prove_stub(const Exercise& exercise) {
    const auto object = objects_.find(exercise.path());
    const std::string file = "exercises/" + exercise.path() + ".cpp";
    if (object == objects_.end()) return;  // already told
    const Proof proof = prover_.prove_objects(exercise, object->second, {}, {{all_tests(exercise), "stub"}});
    if (proof.built != Status::passed) findings_.add(file, "untouched, it does not link: " + complaint(proof.output));
    bool zero = proof.built == Status::passed;
    for (const std::vector<TestResult>& results : proof.results)
      for (const TestResult& result : results) {
        if (result.status == Status::not_attempted) continue;
        findings_.add(file, "untouched, " + words_of(result) + " instead of not attempted");
        zero = false;
      }
    if (zero) count(&AuthorReport::stubs);
  }

  /// The reference without any body of a later module passes too.
  void prove_alone(const Exercise& exercise) {
    const int number = std::stoi(exercise.module);
    std::map<std::string, fs::path> later;
    for (const auto& [path, object] : objects_)
      if (std::stoi(path) > number) later[path] = object;
    if (later.empty()) return;
    const Proof proof =
        prover_.prove_objects(exercise, prover_.reference_object(exercise), later, {{all_tests(exercise), seed_of(1)}});
    const std::string where = "modules/" + exercise.module;
    if (proof.built != Status::passed)
      findings_.add(where, exercise.name + " without later modules does not link: " + complaint(proof.output));
    for (const std::vector<TestResult>& results : proof.results)
      for (const TestResult& result : results)
        if (result.status != Status::passed) findings_.add(where, "builds on a later module: " + words_of(result));
  }

  void prove_dead(const Exercise& exercise, const Mutant& mutant, std::vector<TestResult>& visible) {
    const std::string file = "modules/" + exercise.module + "/mutants.toml", name = exercise.name + "/" + mutant.id;
    const MutantProof proof = prove_mutant(prover_, exercise, apply_mutant(solution_of(exercise), mutant), mutant);
    visible = proof.visible;
    if (proof.proof.built != Status::passed) {
      findings_.add(file, name + " " + word_of(proof.proof.built) + ": " + complaint(proof.proof.output));
    } else if (proof.died < proof.of) {
      findings_.add(file, name + ": " + mutant.dies_by + " is not " + word_of(mutant.dies_as) + " at " +
                              std::to_string(proof.of - proof.died) + " of " + std::to_string(proof.of) +
                              " seeds; at " + proof.survived);
    } else if (proof.of > 0) {
      count(&AuthorReport::mutants);
    }
  }

  void check_misconceptions(const Module& module) {
    KnownAnswers known;
    const std::vector<Mutant>& mutants = mutants_[module.name];
    for (std::size_t i = 0; i < mutants.size(); ++i) known.add(mutants[i], visible_[module.name][i]);
    for (const std::string& words : known.ambiguous()) report_.remarks.push_back(words);
    const std::string file = "modules/" + module.name + "/misconceptions.json";
    const bool there = fs::exists(root_ / file);
    if (mutants.empty() && !there) return;
    if (!there || read_text(root_ / file) != known.json())
      findings_.add(file, std::string(there ? "is not what the mutants answer" : "is missing") +
                              ": `tt author mutants --write " + module.name.substr(0, 2) + "`");
  }

  void prove_command(const std::string& where, const Markdown::QuotedCommand& command) {
    const std::lock_guard lock(commands_);  // they write to one tree and one build folder
    if (!solved_) make_solved_tree(root_, solved_.emplace(build_ / "course").path);
    const std::string wrong = try_command({options_.tt, options_.course, solved_->path, build_}, command);
    if (wrong.empty())
      count(&AuthorReport::commands);
    else
      findings_.add(where, "`" + command.text + "` " + wrong);
  }

  const fs::path root_, build_;
  const AuthorOptions& options_;
  const Catalog catalog_;
  Prover prover_;
  Names names_;
  std::vector<const Module*> modules_;
  Findings findings_;
  AuthorReport report_;
  std::mutex mutex_, commands_;
  std::vector<Exercise> stubs_;
  std::map<std::string, fs::path> objects_;  ///< of untouched exercises
  std::map<std::string, std::vector<Mutant>> mutants_;
  std::map<std::string, std::vector<std::vector<TestResult>>> visible_;
  std::optional<TemporaryDirectory> solved_;  ///< a tree in which every exercise is
};

}  // namespace

AuthorReport author_check(const fs::path& root, const fs::path& build, const AuthorOptions& options) {
  return Check(root, build, options).run();
}

}  // namespace tinytorch::course
