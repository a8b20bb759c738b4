#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/data/idx.h"

using namespace tinytorch;

/// The file's bytes, in memory that ends with them.
TT_SCENARIO(parse) {
  const std::vector<std::int64_t> given = in.integers("bytes");
  const std::vector<std::uint8_t> bytes(given.begin(), given.end());
  const IdxArray array = parse_idx(bytes);
  out.set_integers("shape", array.shape);
  out.set_integers("values", {array.values.begin(), array.values.end()});
}
