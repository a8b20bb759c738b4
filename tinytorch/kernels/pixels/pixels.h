#pragma once
#include <cstdint>
#include <span>

#include "tinytorch/kernels/dispatch.h"

namespace tinytorch::kernels {

/// out[i] = pixels[i] * scale + shift: 8-bit pixels to normalised float32 (scale = 1 / (255 std), shift = -mean / std).
using PixelsFunction = void (*)(const std::uint8_t* pixels, std::int64_t count, float scale, float shift, float* out);

/// The specification. Exercise: exercises/07_data/normalize.cpp
void normalize_pixels_generic(const std::uint8_t* pixels, std::int64_t count, float scale, float shift, float* out);
void normalize_pixels_avx2(const std::uint8_t* pixels, std::int64_t count, float scale, float shift,
                           float* out) noexcept;
void normalize_pixels_avx512(const std::uint8_t* pixels, std::int64_t count, float scale, float shift,
                             float* out) noexcept;

std::span<const Row<PixelsFunction>> pixels_table();

void normalize_pixels(const std::uint8_t* pixels, std::int64_t count, float scale, float shift, float* out);

}  // namespace tinytorch::kernels
