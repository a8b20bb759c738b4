#include "tinytorch/cli/course/pager.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace tinytorch::cli {
namespace {

std::size_t rows_of_terminal() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

bool on_path(const char* program) {
  const std::string command = std::string("command -v ") + program + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

}  // namespace

void print_paged(const std::vector<std::string>& lines) {
  const char* wanted = std::getenv("PAGER");
  std::string pager = wanted == nullptr ? "" : wanted;
  const bool pages = ::isatty(STDOUT_FILENO) != 0 && lines.size() + 2 > rows_of_terminal();
  if (pages && wanted == nullptr && on_path("less")) pager = "less";
  if (pages && !pager.empty()) {
    ::setenv("LESS", "FRX", 0);  // colours pass, a short text needs no key, and it stays on screen
    std::cout.flush();
    if (std::FILE* pipe = ::popen(pager.c_str(), "w")) {
      for (const std::string& line : lines) {
        std::fputs(line.c_str(), pipe);
        if (std::fputc('\n', pipe) == EOF) break;  // it was left before the end
      }
      ::pclose(pipe);
      return;
    }
  }
  for (const std::string& line : lines) std::cout << line << '\n';
}

}  // namespace tinytorch::cli
