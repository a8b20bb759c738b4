#include <immintrin.h>

#include "tinytorch/kernels/quantize_rows/vector_rows.h"

namespace tinytorch::kernels {
namespace {

struct Avx512 {
  static constexpr std::int64_t kLanes = 16;

  static __m512 load(const float* x) { return _mm512_loadu_ps(x); }
  static __m512 load_some(const float* x, std::int64_t count) { return _mm512_maskz_loadu_ps(first(count), x); }
  static __m512 set(float x) { return _mm512_set1_ps(x); }
  static __m512i set(std::int32_t x) { return _mm512_set1_epi32(x); }
  static void store(std::int32_t* to, __m512i x) { _mm512_store_si512(to, x); }

  static __m512i bits(__m512 x) { return _mm512_castps_si512(x); }
  static __m512i magnitude_bits(__m512 x) { return _mm512_and_si512(bits(x), _mm512_set1_epi32(0x7fffffff)); }
  static __m512i max_unsigned(__m512i x, __m512i y) { return _mm512_max_epu32(x, y); }
  static __m512i max_signed(__m512i x, __m512i y) { return _mm512_max_epi32(x, y); }

  static __m512 multiply(__m512 x, __m512 y) { return _mm512_mul_ps(x, y); }
  static __m512 round(__m512 x) { return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static __m512 max(__m512 x, __m512 y) { return _mm512_max_ps(x, y); }  // y where x is NaN
  static __m512 min(__m512 x, __m512 y) { return _mm512_min_ps(x, y); }
  static __m512i to_int(__m512 x) { return _mm512_cvtps_epi32(x); }
  static __m512i add(__m512i x, __m512i y) { return _mm512_add_epi32(x, y); }
  static __m512i count_if_unequal(__m512i count, __m512 x, __m512 y) {
    return _mm512_mask_add_epi32(count, _mm512_cmp_ps_mask(x, y, _CMP_NEQ_OQ), count, _mm512_set1_epi32(1));
  }

  /// Integers that count from the lowest code, 1: is each one of the 255 codes?
  static bool are_codes(__m512i x) { return _mm512_cmpgt_epu32_mask(x, _mm512_set1_epi32(254)) == 0; }
  static void store_codes(std::uint8_t* to, __m512i x, std::int64_t count) {
    const __m128i bytes = _mm_add_epi8(_mm512_cvtepi32_epi8(x), _mm_set1_epi8(1));
    if (count >= kLanes) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    } else {
      _mm_mask_storeu_epi8(to, first(count), bytes);
    }
  }
  static void store_codes(std::uint8_t* to, __m512i a, __m512i b, __m512i c, __m512i d) {
    const __m512i bytes = _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d));  // by quarters
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    _mm512_storeu_si512(to, _mm512_add_epi8(_mm512_permutexvar_epi32(order, bytes), _mm512_set1_epi8(1)));
  }

 private:
  static __mmask16 first(std::int64_t count) { return static_cast<__mmask16>((1U << count) - 1); }
};

}  // namespace

void quantize_rows_avx512(const QuantizeRowsArgs& args) noexcept { quantize_all_rows<Avx512>(args); }

}  // namespace tinytorch::kernels
