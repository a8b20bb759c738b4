#include "tinytorch/tensor/tensor.h"

#include <algorithm>
#include <atomic>
#include <ostream>
#include <utility>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/array_ops.h"

namespace tinytorch {
namespace {

std::atomic<std::int64_t> g_live_nodes{0};
thread_local bool t_grad_enabled = true;

}  // namespace

Node::Node(Array v) : value(std::move(v)) { ++g_live_nodes; }

Node::~Node() {
  --g_live_nodes;
  // A long chain would recurse once per node. Instead, nodes that only this graph holds hand their inputs over first.
  std::vector<Tensor> pending = std::move(inputs);
  while (!pending.empty()) {
    const Tensor last = std::move(pending.back());
    pending.pop_back();
    if (!last.defined() || last.use_count() != 1) continue;
    Node& node = *last.node();
    node.gradient = nullptr;
    for (Tensor& input : node.inputs) pending.push_back(std::move(input));
    node.inputs.clear();
  }
}

std::int64_t live_nodes() { return g_live_nodes; }

Tensor::Tensor(Array value, bool requires_grad) : node_(std::make_shared<Node>(std::move(value))) {
  if (!node_->value.defined()) throw Error("[tensor] made from an undefined array");
  node_->requires_grad = requires_grad;
}

Tensor::Tensor(Shape shape, std::initializer_list<float> values, bool requires_grad)
    : Tensor(Array(std::move(shape), values), requires_grad) {}

Node& Tensor::checked() const {
  if (!node_) throw Error("[tensor] an undefined tensor was used");
  return *node_;
}

const Array& Tensor::value() const { return checked().value; }
Array& Tensor::mutable_value() { return checked().value; }
bool Tensor::requires_grad() const { return checked().requires_grad; }
bool Tensor::is_leaf() const { return !checked().gradient && !checked().used; }
const Array& Tensor::grad() const { return checked().grad; }
Array& Tensor::mutable_grad() {
  Array& grad = checked().grad;
  if (grad.use_count() > 1) grad = grad.clone();  // kept without copying: it may belong to others too
  return grad;
}
void Tensor::zero_grad() { checked().grad = Array(); }

void Tensor::set_requires_grad(bool on) {
  if (!is_leaf())
    throw Error("[requires_grad] only leaves can be switched, and this was made by " + std::string(node_->op));
  node_->requires_grad = on;
}

void Tensor::add_grad(Array gradient) const {
  Node& node = checked();
  if (!node.requires_grad) return;
  if (gradient.shape() != node.value.shape()) {
    throw Error("[gradient] of " + std::string(node.op) + ": shape " + to_string(gradient.shape()) +
                " for a value of " + to_string(node.value.shape()));
  }
  if (!node.grad.defined()) {
    node.grad = std::move(gradient);
  } else if (node.grad.use_count() == 1) {
    add_in_place(node.grad, gradient);
  } else {
    node.grad = add(node.grad, gradient);  // the first gradient was kept without copying: it may belong to others too
  }
}

void Tensor::backward(bool retain_graph) const {
  if (size() != 1) {
    throw Error("[backward] from shape " + to_string(shape()) + ": reduce to a single number first, or give a seed");
  }
  backward(Array(shape(), 1.0f), retain_graph);
}

void Tensor::backward(const Array& seed, bool retain_graph) const {
  Node& node = checked();
  if (!node.requires_grad) {
    throw Error("[backward] nothing that requires a gradient led here");
  }
  if (seed.shape() != shape()) {
    throw Error("[backward] seed of shape " + to_string(seed.shape()) + " for a value of " + to_string(shape()));
  }
  const NoGrad guard;
  try {
    run_backward(&node, seed.clone(), retain_graph);
  } catch (...) {
    // Gradients that were on their way would be added to by the next backward, and half a graph would pass for a whole
    // one.
    const std::vector<Node*> order = topological_order(&node);
    if (std::ranges::any_of(order, &Node::used)) throw;  // refused before it began: nothing was changed
    for (Node* unfinished : order) {
      if (unfinished->inputs.empty()) continue;
      unfinished->grad = Array();
      if (!retain_graph) unfinished->gradient = nullptr, unfinished->used = true;
    }
    throw;
  }
}

Tensor Tensor::detach() const { return Tensor(value()); }

bool needs_history(std::span<const Tensor> inputs) {
  if (!t_grad_enabled) return false;
  return std::ranges::any_of(inputs, [](const Tensor& input) { return input.requires_grad(); });
}

Tensor make_op_with_history(const char* name, Array value, std::vector<Tensor> inputs, GradientFunction gradient) {
  Tensor result(std::move(value));
  Node& node = *result.node();
  node.requires_grad = true;
  node.op = name;
  node.inputs = std::move(inputs);
  node.gradient = std::move(gradient);
  return result;
}

NoGrad::NoGrad() : saved_(std::exchange(t_grad_enabled, false)) {}
NoGrad::~NoGrad() { t_grad_enabled = saved_; }
bool grad_enabled() { return t_grad_enabled; }

std::string to_string(const Tensor& x) { return to_string(x.value()); }
std::ostream& operator<<(std::ostream& out, const Tensor& x) { return out << to_string(x); }

}  // namespace tinytorch
