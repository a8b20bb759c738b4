#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tinytorch::course {

/// A text file of the tree. @throws Error if it cannot be read or is larger than 16 MiB.
std::string read_text(const std::filesystem::path& file);
std::vector<std::string> lines_of(std::string_view text);  ///< without their ends; a last line without one counts too
std::string_view trimmed(std::string_view text);           ///< without white space on either side
std::string pascal_case(std::string_view stem);            ///< "quantize_int8" -> "QuantizeInt8"

/// The modules and their exercises as modules/CMakeLists.txt names them, in order.
struct DeclaredModule {
  std::string name;
  std::vector<std::string> exercises;
};
std::vector<DeclaredModule> declared_modules(const std::filesystem::path& root);

}  // namespace tinytorch::course
