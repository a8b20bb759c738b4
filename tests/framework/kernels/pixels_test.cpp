#include "tinytorch/kernels/pixels/pixels.h"

#include <numeric>

#include "tests/framework/kernels/rows.h"

namespace tinytorch::kernels {
namespace {

class NormalizePixels : public RowTest {};
INSTANTIATE_TEST_SUITE_P(Rows, NormalizePixels, testing::ValuesIn(isas_of(pixels_table())), name_of);

TEST_P(NormalizePixels, ScalesAndShiftsEveryByteExactly) {
  const PixelsFunction function = function_of(pixels_table(), GetParam());
  std::vector<std::uint8_t> pixels(257);
  std::iota(pixels.begin(), pixels.end(), std::uint8_t{0});
  for (std::int64_t count : {0, 1, 7, 15, 16, 17, 63, 65, 256}) {
    std::vector<float> out(258, -1);
    function(pixels.data() + 1, count, 1 / 255.0F, -0.5F, out.data() + 1);
    for (std::int64_t i = 0; i < count; ++i) {
      // One product and one sum, each rounded: the same bits in every row.
      const volatile float product = static_cast<float>(pixels[static_cast<std::size_t>(i + 1)]) * (1 / 255.0F);
      ASSERT_EQ(out[static_cast<std::size_t>(i + 1)], product + -0.5F) << "pixel " << i << " of " << count;
    }
    EXPECT_EQ(out.front(), -1);
    EXPECT_EQ(out[static_cast<std::size_t>(count + 1)], -1) << "written beyond the end";
  }
}

}  // namespace
}  // namespace tinytorch::kernels
