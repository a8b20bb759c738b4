#pragma once
#include <string>
#include <vector>

namespace tinytorch::cli {

/// Rows of text in columns that are as wide as they must be, two blanks apart: words to the left edge, numbers to the
/// right one.
class Table {
 public:
  /// @param words  how many of the first columns are words
  explicit Table(std::vector<std::string> header, std::size_t words = 1) : rows_{std::move(header)}, words_(words) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::vector<std::string> lines() const;  ///< header first, without blanks at the end

 private:
  std::vector<std::vector<std::string>> rows_;
  std::size_t words_;
};

std::size_t columns_of(std::string_view text);  ///< of UTF-8 text in the scripts that this program writes

}  // namespace tinytorch::cli
