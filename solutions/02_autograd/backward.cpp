#include "tinytorch/base/error.h"
#include "tinytorch/tensor/array_ops.h"
#include "tinytorch/tensor/tensor.h"

void tinytorch::run_backward(Node* root, const Array& seed, bool retain_graph) {
  // BEGIN SOLUTION
  // STEP 1: a graph serves once: what was freed cannot hand a gradient on. Find that out before anything is changed.
  const std::vector<Node*> order = topological_order(root);
  for (const Node* node : order) {
    if (node->used) {
      throw Error("[backward] through " + std::string(node->op) +
                  ": an earlier backward freed its history; call that one with retain_graph");
    }
  }
  // STEP 2: the gradient of the root with respect to itself is the seed. A root that is a leaf adds it to what it has.
  if (!root->gradient) {
    root->grad = root->grad.defined() ? add(root->grad, seed) : seed;
    return;
  }
  root->grad = seed;
  // STEP 3: in topological order every node has its whole gradient when its turn comes.
  for (Node* node : order) {
    if (!node->gradient) continue;  // a leaf keeps its gradient
    // STEP 4: hand the gradient on to the inputs. A node that nothing was handed to has none to hand on.
    if (node->grad.defined()) node->gradient(node->grad, node->inputs);
    // STEP 5: an inner gradient has served, and so has what its function kept: drop both, so that memory is used again.
    node->grad = Array();
    if (!retain_graph) node->gradient = nullptr;
  }
  // STEP 6: unless the graph is retained, cut it, from the leaves up: a node lives as long as one made from it holds
  // it.
  if (retain_graph) return;
  for (auto node = order.rbegin(); node != order.rend(); ++node) {
    if ((*node)->inputs.empty()) continue;
    (*node)->inputs.clear();
    (*node)->used = true;
  }
  // END SOLUTION
}
