#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tinytorch {

/// Reads a whole file.
/// @throws Error naming the path if it is missing, a directory, unreadable or larger than `limit` bytes.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path, std::uint64_t limit = std::uint64_t{1} << 34);

/// Replaces `path` in one step: the bytes go to a temporary file in the same directory, are flushed to disk, and the
/// file is renamed. Whatever goes wrong (full disk, a kill), `path` holds the old bytes or the new ones, never a mixture.
/// A symbolic link stays, and what it names is replaced. A device or a pipe is refused.
/// @throws Error naming the path and the reason; no temporary file is left.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

/// The same, in pieces: `produce` calls its argument with one piece after the other.
using ByteSink = std::function<void(std::span<const std::uint8_t>)>;
void write_file(const std::filesystem::path& path, const std::function<void(const ByteSink&)>& produce);

}  // namespace tinytorch
