#include "tinytorch/io/text.h"

#include <nlohmann/json.hpp>

namespace tinytorch {

std::string in_quotes(std::string_view name) {
  constexpr std::size_t kMost = 80;
  const std::string_view shown = name.substr(0, kMost);
  // Bytes that are not UTF-8 (a cut may make some) become U+FFFD, control characters \u001b.
  return nlohmann::json(shown).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
         (shown.size() < name.size() ? "…" : "");
}

bool is_utf8(std::string_view text) {
  // The serialiser's own check: the same rules as the reader's (no overlong forms, no surrogates).
  try {
    nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

}  // namespace tinytorch
