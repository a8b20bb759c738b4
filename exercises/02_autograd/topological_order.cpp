#include <algorithm>
#include <unordered_set>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/tensor.h"

std::vector<tinytorch::Node*> tinytorch::topological_order(Node* root) {
  // STEP 1: walk depth-first with a stack of your own (a graph may be 100,000 nodes deep): each entry is a node and the
  // number of its inputs already looked at.
  // STEP 2: go down into the next input that requires a gradient and was not seen before.
  // STEP 3: when all inputs are done the node is done: put it in the order.
  // STEP 4: inputs came first; backward needs them last.
  TT_TODO("02.1 topological_order");
}
