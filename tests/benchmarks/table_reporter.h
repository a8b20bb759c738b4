#pragma once
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// Collects every repetition of benchmarks named "who/row" and prints a line for each row: the median of the first
/// contender, then those of the others, each with its ratio to the first (above 1: the first is faster).
class TableReporter : public benchmark::BenchmarkReporter {
 public:
  /// @param contenders  "who" and the heading of its column
  /// @param rows  a row's name, and the operations of one run for a column of GOP/s (0: no such column)
  TableReporter(std::vector<std::pair<std::string, std::string>> contenders, std::vector<std::pair<std::string, double>> rows,
                bool wall_clock)
      : contenders_(std::move(contenders)), rows_(std::move(rows)), wall_clock_(wall_clock) {}

  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const double seconds = wall_clock_ ? run.real_accumulated_time : run.cpu_accumulated_time;
      seconds_[run.run_name.function_name].push_back(seconds / static_cast<double>(run.iterations));
    }
  }

  void Finalize() override {
    std::printf("%-34s %14s %8s", "", contenders_.front().second.c_str(), "GOP/s");
    for (std::size_t i = 1; i < contenders_.size(); ++i) std::printf(" %14s %8s", contenders_[i].second.c_str(), "ratio");
    std::printf("\n");
    for (const auto& [row, operations] : rows_) {
      const double ours = median(contenders_.front().first + "/" + row);
      if (ours == 0) continue;
      std::printf("%-34s %11.2f us %8.0f", row.c_str(), ours * 1e6, operations / ours / 1e9);
      for (std::size_t i = 1; i < contenders_.size(); ++i) {
        const double theirs = median(contenders_[i].first + "/" + row);
        if (theirs > 0) std::printf(" %11.2f us %8.2f", theirs * 1e6, theirs / ours);
      }
      std::printf("\n");
    }
    std::printf("medians of %s; ratio above 1: %s is faster\n", wall_clock_ ? "wall time" : "processor time",
                contenders_.front().second.c_str());
  }

 private:
  double median(const std::string& name) {
    std::vector<double>& seconds = seconds_[name];
    if (seconds.empty()) return 0;
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
  }

  std::vector<std::pair<std::string, std::string>> contenders_;
  std::vector<std::pair<std::string, double>> rows_;
  bool wall_clock_;
  std::map<std::string, std::vector<double>> seconds_;
};

/// Begins with what an honest comparison needs; what is typed comes later and wins.
inline void initialize_benchmark(int argc, char** argv) {
  static std::string repetitions = "--benchmark_repetitions=7", interleaved = "--benchmark_enable_random_interleaving=true",
                     time = "--benchmark_min_time=0.05";
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, {repetitions.data(), interleaved.data(), time.data()});
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
}
