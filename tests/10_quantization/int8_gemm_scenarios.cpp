#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

using namespace tinytorch;

/// a (m, k), weights (n, k), a_zero_point -> sums (m, n). The memory of the sums holds other numbers before.
TT_SCENARIO(product) {
  const auto codes = [&in](std::string_view name) {
    std::vector<std::int8_t> result;
    for (const std::int64_t code : in.integers(name)) result.push_back(static_cast<std::int8_t>(code));
    return result;
  };
  const std::int64_t m = in.shape("a").at(0), n = in.shape("weights").at(0), k = in.shape("a").at(1);
  const std::vector<std::int8_t> a = codes("a"), weights = codes("weights");
  std::vector<std::int32_t> sums(static_cast<std::size_t>(m * n), 77777);
  kernels::int8_gemm(m, n, k, a.data(), static_cast<std::int32_t>(in.integer("a_zero_point")), weights.data(),
                     sums.data());
  out.set_integers("sums", std::vector<std::int64_t>(sums.begin(), sums.end()), {m, n});
}
