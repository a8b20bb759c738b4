#pragma once
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tinytorch/tensor/array.h"

namespace tinytorch {

/// Element types of the safetensors format that fill whole bytes, by the names it uses.
enum class DType { BOOL, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64, C64 };
std::string_view to_string(DType dtype);
std::int64_t byte_size(DType dtype);

/// One tensor of a file as bytes, little-endian, row-major.
struct StoredTensor {
  DType dtype = DType::F32;
  Shape shape;
  std::vector<std::uint8_t> bytes;
};

/// A safetensors file in memory. Both maps are sorted by name, so equal contents give equal files.
struct Safetensors {
  std::map<std::string, StoredTensor> tensors;
  std::map<std::string, std::string> metadata;
};

StoredTensor store(const Array& array);
/// @throws Error naming the tensor if it is not F32.
Array restore(const StoredTensor& stored, std::string_view name);

/// Reads the format: 8 bytes header length, JSON header, data. Trusts nothing.
/// @throws Error on a short file, a header length past the end or over 100 MB, JSON that is malformed, not UTF-8 or has
/// duplicate keys, unknown dtypes, sizes that overflow or differ from the offsets, offsets that overlap, leave gaps or
/// lie outside.
Safetensors parse_safetensors(std::span<const std::uint8_t> bytes);
Safetensors read_safetensors(const std::filesystem::path& path);  ///< errors begin with the path

/// The header is padded to 8 bytes; tensors are laid out by the size of their elements, wide ones first, then by name:
/// each is aligned, and the bytes are those the Python package would write.
/// @throws Error if a name is not UTF-8 or "__metadata__", or bytes do not fit dtype and shape.
std::vector<std::uint8_t> serialize_safetensors(const Safetensors& file);
void write_safetensors(const std::filesystem::path& path, const Safetensors& file);  ///< atomically

}  // namespace tinytorch
