#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/cli/course/author.h"
#include "tinytorch/cli/table.h"
#include "tinytorch/course/author/jobs.h"
#include "tinytorch/course/author/mutants.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;
using course::Status;

struct Options {
  std::vector<std::string> names;
  bool write = false;
};

/// One mutant, and what came of it.
struct Entry {
  const course::Exercise* exercise = nullptr;
  course::Mutant mutant;
  course::Proof proof;
};

/// The exercises that names of exercises or modules mean; all if there are none.
std::vector<const course::Exercise*> chosen(const course::Catalog& catalog, const std::vector<std::string>& names) {
  std::vector<const course::Exercise*> result;
  const auto take = [&result](const course::Module& module) {
    for (const course::Exercise& exercise : module.exercises) result.push_back(&exercise);
  };
  if (names.empty())
    for (const course::Module& module : catalog.modules) take(module);
  for (const std::string& name : names) {
    const bool of_module = std::any_of(catalog.modules.begin(), catalog.modules.end(), [&](const course::Module& m) {
      return name == m.name || name == m.name.substr(0, 2) || name == std::to_string(m.number);
    });
    if (of_module)
      take(catalog.module(name));
    else
      result.push_back(&catalog.exercise(name));
  }
  return result;
}

void run_all(const std::vector<course::Job>& jobs, const Common& common, Terminal& terminal) {
  course::Findings findings;
  course::run_jobs(jobs, author_jobs(common), findings, [&terminal](int done, int of, const std::string& what) {
    if (terminal.live() && terminal.due()) terminal.progress(static_cast<double>(done) / of, what);
  });
  terminal.clear_progress();
  for (const course::Finding& finding : findings.sorted()) throw Error(finding.where + ": " + finding.what);
}

char letter_of(Status status) {
  switch (status) {
    case Status::passed:
      return '.';
    case Status::failed:
      return 'F';
    case Status::crashed:
      return 'C';
    case Status::timed_out:
      return 'T';
    case Status::out_of_memory:
      return 'M';
    case Status::no_answer:
      return 'N';
    case Status::not_attempted:
      return '-';
    default:
      return '?';
  }
}

/// Mutants of one exercise by its tests, hidden ones at one seed.
void print(const course::Exercise& exercise, const std::vector<const Entry*>& entries, Terminal& terminal) {
  terminal.result(exercise.label());
  std::vector<std::string> header{"mutant"};
  for (std::size_t i = 0; i < exercise.tests.size(); ++i) {
    const course::TestEntry& test = exercise.tests[i];
    terminal.result("  " + std::to_string(i + 1) + "  " + test.name + (test.hidden ? " (hidden)" : ""));
    header.push_back(std::to_string(i + 1));
  }
  Table table(header);
  for (const Entry* entry : entries) {
    std::vector<std::string> row{entry->mutant.id};
    for (const course::TestEntry& test : exercise.tests) {
      std::string cell(1, entry->proof.built == Status::passed ? '?' : '!');
      for (const std::vector<course::TestResult>& results : entry->proof.results)
        for (const course::TestResult& result : results)
          if (result.name == test.name) cell = letter_of(result.status);
      row.push_back(test.name == entry->mutant.dies_by ? "[" + cell + "]" : cell + " ");
    }
    table.add(row);
  }
  for (const std::string& line : table.lines()) terminal.result("  " + line);
}

int show(course::Prover& prover, const course::Catalog& catalog, const Options& options, const Common& common,
         Terminal& terminal) {
  std::vector<Entry> entries;
  const std::vector<const course::Exercise*> exercises = chosen(catalog, options.names);
  for (const course::Exercise* exercise : exercises)
    for (const course::Mutant& mutant : course::read_mutants(project_root(), catalog.module(exercise->module)))
      if (mutant.exercise == exercise->name && prover.has_scenarios(*exercise))
        entries.push_back({exercise, mutant, {}});
  std::vector<course::Job> jobs;
  for (Entry& entry : entries)
    jobs.push_back({"modules/" + entry.exercise->module + "/mutants.toml", [&prover, &entry] {
                      std::vector<course::Ask> asks(2);
                      asks[1].seed = course::seed_of(1);
                      for (const course::TestEntry& test : entry.exercise->tests)
                        asks[test.hidden ? 1 : 0].tests.push_back(test.name);
                      const std::string solution =
                          course::read_text(project_root() / "solutions" / (entry.exercise->path() + ".cpp"));
                      entry.proof = prover.prove(*entry.exercise, course::apply_mutant(solution, entry.mutant), asks);
                    }});
  run_all(jobs, common, terminal);
  nlohmann::json json = nlohmann::json::array();
  for (const Entry& entry : entries) {
    nlohmann::json tests = nlohmann::json::object();
    for (const auto& results : entry.proof.results)
      for (const course::TestResult& result : results) tests[result.name] = course::word_of(result.status);
    json.push_back({{"exercise", entry.exercise->name},
                    {"mutant", entry.mutant.id},
                    {"dies_by", entry.mutant.dies_by},
                    {"tests", tests}});
  }
  terminal.json(json.dump(2));
  for (const course::Exercise* exercise : exercises) {
    std::vector<const Entry*> own;
    for (const Entry& entry : entries)
      if (entry.exercise == exercise) own.push_back(&entry);
    print(*exercise, own, terminal);
  }
  terminal.result(
      ". passed, F failed, C crashed, T timed out, M out of memory, N no answer, ! did not compile; [the test that "
      "must fail]");
  return 0;
}

int write(course::Prover& prover, const course::Catalog& catalog, const Options& options, const Common& common,
          Terminal& terminal) {
  std::vector<const course::Module*> modules;
  for (const course::Exercise* exercise : chosen(catalog, options.names)) {
    const course::Module& module = catalog.module(exercise->module);
    if (modules.empty() || modules.back() != &module) modules.push_back(&module);
  }
  for (const course::Module* module : modules) {
    const std::vector<course::Mutant> mutants = course::read_mutants(project_root(), *module);
    std::vector<course::MutantProof> proofs(mutants.size());
    std::vector<course::Job> jobs;
    for (std::size_t i = 0; i < mutants.size(); ++i)
      jobs.push_back(
          {"modules/" + module->name + "/mutants.toml", [&prover, &catalog, &mutant = mutants[i], &proof = proofs[i]] {
             const course::Exercise& exercise = catalog.exercise(mutant.exercise);
             const std::string solution = course::read_text(project_root() / "solutions" / (exercise.path() + ".cpp"));
             proof = course::prove_mutant(prover, exercise, course::apply_mutant(solution, mutant), mutant);
           }});
    run_all(jobs, common, terminal);
    course::KnownAnswers known;
    for (std::size_t i = 0; i < mutants.size(); ++i) known.add(mutants[i], proofs[i].visible);
    if (mutants.empty()) continue;
    const std::string file = "modules/" + module->name + "/misconceptions.json";
    const bool fresh = fs::exists(project_root() / file) && course::read_text(project_root() / file) == known.json();
    if (!fresh) write_file(project_root() / file, known.json());
    terminal.result(file + (fresh ? " is fresh" : " written"));
    for (const std::string& words : known.ambiguous()) terminal.remark("  " + words);
  }
  return 0;
}

int mutants(const Common& common, const Options& options) {
  Terminal terminal(common.json, common.quiet);
  build_for_authors({}, terminal);
  const course::Catalog catalog = course::read_catalog(project_root());
  course::Prover prover(course::read_harness(project_root(), build_folder()));
  return (options.write ? write : show)(prover, catalog, options, common, terminal);
}

}  // namespace

void add_author_mutants(CLI::App& author, Common& common) {
  CLI::App* command = author.add_subcommand("mutants", "Which test each known misconception fails");
  auto options = std::make_shared<Options>();
  command->add_option("names", options->names, "Exercises or modules [all]");
  command->add_flag("--write", options->write, "Write modules/NN_name/misconceptions.json, what wrong answers tell");
  add_common(*command, common, "  tt author mutants relu\n  tt author mutants --write 03\n");
  command->callback([&common, options] { common.action = [&common, options] { return mutants(common, *options); }; });
}

}  // namespace tinytorch::cli
