#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/data/loader.h"
#include "tinytorch/kernels/pixels/pixels.h"

bool tinytorch::DataLoader::next(Batch& batch) {
  // STEP 1: batch number next_ takes the images order_[begin], …, order_[end - 1]. The last batch may be shorter.
  // STEP 2: let go of the last batch before asking for memory: if nothing else holds it, the same memory comes back.
  // STEP 3: normalise each image straight into its row (kernels::normalize_pixels), and copy its label.
  TT_TODO("07.3 data_loader");
}
