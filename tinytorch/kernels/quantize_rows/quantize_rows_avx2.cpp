#include <immintrin.h>

#include "tinytorch/kernels/quantize_rows/vector_rows.h"

namespace tinytorch::kernels {
namespace {

struct Avx2 {
  static constexpr std::int64_t kLanes = 8;

  static __m256 load(const float* x) { return _mm256_loadu_ps(x); }
  static __m256 load_some(const float* x, std::int64_t count) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_maskload_ps(x, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes));
  }
  static __m256 set(float x) { return _mm256_set1_ps(x); }
  static __m256i set(std::int32_t x) { return _mm256_set1_epi32(x); }
  static void store(std::int32_t* to, __m256i x) { _mm256_store_si256(reinterpret_cast<__m256i*>(to), x); }

  static __m256i bits(__m256 x) { return _mm256_castps_si256(x); }
  static __m256i magnitude_bits(__m256 x) { return _mm256_and_si256(bits(x), _mm256_set1_epi32(0x7fffffff)); }
  static __m256i max_unsigned(__m256i x, __m256i y) { return _mm256_max_epu32(x, y); }
  static __m256i max_signed(__m256i x, __m256i y) { return _mm256_max_epi32(x, y); }

  static __m256 multiply(__m256 x, __m256 y) { return _mm256_mul_ps(x, y); }
  static __m256 round(__m256 x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static __m256 max(__m256 x, __m256 y) { return _mm256_max_ps(x, y); }  // y where x is NaN
  static __m256 min(__m256 x, __m256 y) { return _mm256_min_ps(x, y); }
  static __m256i to_int(__m256 x) { return _mm256_cvtps_epi32(x); }
  static __m256i add(__m256i x, __m256i y) { return _mm256_add_epi32(x, y); }
  static __m256i count_if_unequal(__m256i count, __m256 x, __m256 y) {
    return _mm256_sub_epi32(count, _mm256_castps_si256(_mm256_cmp_ps(x, y, _CMP_NEQ_OQ)));  // true is -1
  }

  /// Integers that count from the lowest code, 1: is each one of the 255 codes?
  static bool are_codes(__m256i x) {
    const __m256i most = _mm256_set1_epi32(254);
    return _mm256_movemask_epi8(_mm256_cmpeq_epi32(_mm256_max_epu32(x, most), most)) == -1;
  }
  static void store_codes(std::uint8_t* to, __m256i x, std::int64_t count) {
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    const __m128i bytes = _mm_add_epi8(_mm_packus_epi16(words, words), _mm_set1_epi8(1));
    if (count >= kLanes) return _mm_storel_epi64(reinterpret_cast<__m128i*>(to), bytes);
    auto eight = static_cast<std::uint64_t>(_mm_cvtsi128_si64(bytes));
    for (std::int64_t p = 0; p < count; ++p, eight >>= 8) to[p] = static_cast<std::uint8_t>(eight);
  }
  static void store_codes(std::uint8_t* to, __m256i a, __m256i b, __m256i c, __m256i d) {
    const __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));  // by halves
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256i codes = _mm256_add_epi8(_mm256_permutevar8x32_epi32(bytes, order), _mm256_set1_epi8(1));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), codes);
  }
};

}  // namespace

void quantize_rows_avx2(const QuantizeRowsArgs& args) noexcept { quantize_all_rows<Avx2>(args); }

}  // namespace tinytorch::kernels
