#include "tinytorch/base/error.h"
#include "tinytorch/tensor/array_ops.h"
#include "tinytorch/tensor/tensor.h"

void tinytorch::run_backward(Node* root, const Array& seed, bool retain_graph) {
  // STEP 1: a graph serves once: what was freed cannot hand a gradient on. Find that out before anything is changed.
  // STEP 2: the gradient of the root with respect to itself is the seed. A root that is a leaf adds it to what it has.
  // STEP 3: in topological order every node has its whole gradient when its turn comes.
  // STEP 4: hand the gradient on to the inputs. A node that nothing was handed to has none to hand on.
  // STEP 5: an inner gradient has served, and so has what its function kept: drop both, so that memory is used again.
  // STEP 6: unless the graph is retained, cut it, from the leaves up: a node lives as long as one made from it holds
  // it.
  TT_TODO("02.2 backward");
}
