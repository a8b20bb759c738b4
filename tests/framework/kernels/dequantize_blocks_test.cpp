#include "tinytorch/kernels/dequantize_blocks/dequantize_blocks.h"

#include "tests/framework/kernels/rows.h"

namespace tinytorch::kernels {
namespace {

class DequantizeBlocks : public RowTest {};
INSTANTIATE_TEST_SUITE_P(Rows, DequantizeBlocks, testing::ValuesIn(isas_of(dequantize_blocks_table())), name_of);

TEST_P(DequantizeBlocks, EveryCodeTimesTheScaleOfItsColumnRoundedOnce) {
  const DequantizeBlocksFunction function = function_of(dequantize_blocks_table(), GetParam());
  for (std::int64_t k : {0, 1, 2, 3, 16, 17}) {
    const auto count = static_cast<std::size_t>(k * kDequantizeColumns);
    std::vector<std::int8_t> codes(count);
    std::vector<float> scales(kDequantizeColumns), out(count + 1, -1);
    for (std::size_t i = 0; i < count; ++i) codes[i] = static_cast<std::int8_t>(static_cast<int>(i % 255) - 127);
    for (std::size_t c = 0; c < scales.size(); ++c) scales[c] = 0.0123F * static_cast<float>(c + 1);
    function(codes.data(), k, scales.data(), out.data());
    for (std::size_t i = 0; i < count; ++i) {
      const float expected = static_cast<float>(static_cast<double>(codes[i]) * scales[i % scales.size()]);
      ASSERT_EQ(out[i], expected) << "row " << i / scales.size() << " of " << k << ", column " << i % scales.size();
    }
    EXPECT_EQ(out[count], -1) << "written beyond the end";
  }
}

}  // namespace
}  // namespace tinytorch::kernels
