#include <algorithm>
#include <unordered_set>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/tensor.h"

std::vector<tinytorch::Node*> tinytorch::topological_order(Node* root) {
  // BEGIN SOLUTION
  // STEP 1: walk depth-first with a stack of your own (a graph may be 100,000 nodes deep): each entry is a node and the
  // number of its inputs already looked at.
  struct Visit {
    Node* node;
    std::size_t next_input;
  };
  std::vector<Node*> order;
  std::unordered_set<Node*> seen{root};
  std::vector<Visit> stack{{root, 0}};
  while (!stack.empty()) {
    Visit& top = stack.back();
    // STEP 2: go down into the next input that requires a gradient and was not seen before.
    if (top.next_input < top.node->inputs.size()) {
      Node* input = top.node->inputs[top.next_input++].node();
      if (input->requires_grad && seen.insert(input).second) stack.push_back({input, 0});
      continue;
    }
    // STEP 3: when all inputs are done the node is done: put it in the order.
    order.push_back(top.node);
    stack.pop_back();
  }
  // STEP 4: inputs came first; backward needs them last.
  std::ranges::reverse(order);
  return order;
  // END SOLUTION
}
