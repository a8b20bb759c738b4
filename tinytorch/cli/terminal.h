#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tinytorch::cli {

/// What a command tells people. Results and remarks go to standard output; with --json that belongs to the one JSON
/// object, and remarks go to standard error. The progress line is drawn on standard error, and only if that is a
/// terminal.
class Terminal {
 public:
  Terminal(bool json, bool quiet);
  ~Terminal() { clear_progress(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void result(std::string_view line);  ///< for people: nothing with --json
  void remark(std::string_view line);  ///< on the way: nothing with --quiet
  void json(std::string_view text);    ///< the one object of --json

  bool colour() const { return colour_; }  ///< standard output takes colours and NO_COLOR is not set
  bool live() const { return live_; }      ///< a progress line is drawn
  bool due();                              ///< whether the progress line is old enough to be drawn again

  /// Draws `text` behind a bar that is full at 1, over the last progress line.
  void progress(double fraction, std::string_view text);
  void clear_progress();

 private:
  bool json_, quiet_, colour_, live_, drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

std::string program_name();  ///< what people type to run this program: "./tt" from a clone, "tt" once installed
int terminal_columns();      ///< 80 where it is not known

std::string fixed(double value, int digits);
std::string percent(double ratio);                             ///< "97.85 %"
std::string grouped(std::int64_t count);                       ///< "60,000"
std::string byte_text(std::uint64_t bytes);                    ///< "397.5 KiB"
std::string time_text(double seconds);                         ///< "1:05", "0:00"
std::string padded(std::string_view text, std::size_t width);  ///< to the right edge of `width` columns

std::string printable(std::string_view text);  ///< with ? for bytes that could steer a terminal

}  // namespace tinytorch::cli
