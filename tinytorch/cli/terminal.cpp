#include "tinytorch/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace tinytorch::cli {
namespace {

bool takes_escapes(int descriptor) {
  const char* term = std::getenv("TERM");
  return ::isatty(descriptor) != 0 && term != nullptr && std::string_view(term) != "dumb";
}

bool no_colour() {
  const char* value = std::getenv("NO_COLOR");
  return value != nullptr && *value != '\0';
}

}  // namespace

std::string program_name() {
  const char* launcher = std::getenv("TINYTORCH_LAUNCHER");
  return launcher != nullptr && *launcher != '\0' ? launcher : "tt";
}

int terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

Terminal::Terminal(bool json, bool quiet)
    : json_(json),
      quiet_(quiet),
      colour_(takes_escapes(STDOUT_FILENO) && !no_colour()),
      live_(!quiet && takes_escapes(STDERR_FILENO)) {}

void Terminal::result(std::string_view line) {
  clear_progress();
  if (!json_) std::cout << line << '\n' << std::flush;
}

void Terminal::remark(std::string_view line) {
  clear_progress();
  if (!quiet_) (json_ ? std::cerr : std::cout) << line << '\n' << std::flush;
}

void Terminal::json(std::string_view text) {
  clear_progress();
  if (json_) std::cout << text << '\n' << std::flush;
}

bool Terminal::due() { return live_ && std::chrono::steady_clock::now() - last_ > std::chrono::milliseconds(100); }

void Terminal::progress(double fraction, std::string_view text) {
  if (!live_) return;
  constexpr int kWidest = 30;
  const int room = terminal_columns() - 2 - static_cast<int>(text.size());
  std::string line;
  if (const int width = std::min(room, kWidest); width > 0) {
    const int full = static_cast<int>(std::lround(std::clamp(fraction, 0.0, 1.0) * width));
    for (int i = 0; i < width; ++i) line += i < full ? "━" : "─";
    line += ' ';
  }
  line += text.substr(0, static_cast<std::size_t>(std::max(terminal_columns() - 1, 0)));
  std::cerr << "\r\033[K" << line << std::flush;
  drawn_ = true;
  last_ = std::chrono::steady_clock::now();
}

void Terminal::clear_progress() {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
  drawn_ = false;
}

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string percent(double ratio) { return fixed(100 * ratio, 2) + " %"; }

std::string grouped(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3;) text.insert(i -= 3, ",");
  return text;
}

std::string byte_text(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return fixed(value, 1) + " " + kUnits[unit];
}

std::string time_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(seconds, 0.0));
  char text[32];
  std::snprintf(text, sizeof text, "%lld:%02lld", static_cast<long long>(whole / 60),
                static_cast<long long>(whole % 60));
  return text;
}

std::string padded(std::string_view text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + std::string(text);
}

std::string printable(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return result;
}

}  // namespace tinytorch::cli
