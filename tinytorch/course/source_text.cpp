#include "tinytorch/course/source_text.h"

#include <cctype>
#include <sstream>

#include "tinytorch/base/file.h"

namespace tinytorch::course {

std::string read_text(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = read_file(file, std::uint64_t{1} << 24);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string pascal_case(std::string_view stem) {
  std::string result;
  bool upper = true;
  for (const char c : stem) {
    if (c == '_') {
      upper = true;
      continue;
    }
    result += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return result;
}

std::vector<DeclaredModule> declared_modules(const std::filesystem::path& root) {
  const std::string text = read_text(root / "modules" / "CMakeLists.txt");
  constexpr std::string_view kCall = "tt_module(";
  std::vector<DeclaredModule> modules;
  for (std::size_t at = text.find(kCall); at != std::string::npos; at = text.find(kCall, at)) {
    at += kCall.size();
    std::istringstream words(text.substr(at, text.find(')', at) - at));
    DeclaredModule module;
    words >> module.name;
    for (std::string word; words >> word;) module.exercises.push_back(word);
    modules.push_back(std::move(module));
  }
  return modules;
}

}  // namespace tinytorch::course
