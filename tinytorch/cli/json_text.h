#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace tinytorch::cli {

using Json = nlohmann::ordered_json;

/// File names need not be UTF-8, JSON must: what is not is replaced.
inline std::string json_text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

}  // namespace tinytorch::cli
