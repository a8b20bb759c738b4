#pragma once
#include <functional>
#include <iosfwd>
#include <utility>

#include "tinytorch/tensor/array.h"

namespace tinytorch {

struct Node;

/// A value that remembers how it was made: a cheap handle to a node of the graph. Copies are the same tensor.
/// float32, any rank. Operations are in ops.h.
class Tensor {
 public:
  Tensor() = default;  ///< undefined
  explicit Tensor(Array value, bool requires_grad = false);
  Tensor(Shape shape, std::initializer_list<float> values, bool requires_grad = false);

  bool defined() const { return node_ != nullptr; }
  const Array& value() const;
  /// For optimizers and loaders: writes through to every copy of this tensor. History is not touched.
  Array& mutable_value();
  const Shape& shape() const { return value().shape(); }
  std::size_t rank() const { return value().rank(); }
  std::int64_t size() const { return value().size(); }
  std::int64_t dim(std::int64_t axis) const { return value().dim(axis); }
  float at(const Shape& index) const { return value().at(index); }
  float item() const { return value().item(); }

  bool requires_grad() const;
  /// @throws Error if the tensor was made by an operation: only leaves can be switched.
  void set_requires_grad(bool on);
  bool is_leaf() const;

  /// The gradient of what backward() was called on, or an undefined Array before that and after zero_grad().
  const Array& grad() const;
  Array& mutable_grad();  ///< shares memory with nothing else
  void zero_grad();
  /// Adds to the gradient if this tensor requires one; otherwise does nothing. The array may be kept without copying.
  void add_grad(Array gradient) const;

  /// Computes the gradient of this tensor with respect to every leaf that requires one, and adds it to theirs.
  /// Gradients between are freed on the way, and so is the graph, unless retain_graph is set.
  /// @throws Error if there is no gradient to compute, if this is not a single number and no seed is given, or if a
  /// part of the graph was used by an earlier backward(). When a gradient function throws, leaves may hold a part of
  /// their gradient, and the graph counts as used unless retained.
  void backward(bool retain_graph = false) const;
  void backward(const Array& seed, bool retain_graph = false) const;

  /// The same value, without history and without a gradient; shares memory.
  Tensor detach() const;

  Node* node() const { return node_.get(); }

 private:
  friend struct Node;
  long use_count() const { return node_.use_count(); }
  Node& checked() const;  ///< @throws Error if undefined

  std::shared_ptr<Node> node_;
};

/// Given the gradient of the result, adds to the gradients of the inputs with Tensor::add_grad. Captures Arrays, never
/// the result's Tensor: that would be a cycle.
using GradientFunction = std::function<void(const Array& gradient, const std::vector<Tensor>& inputs)>;

/// One value of the graph.
struct Node {
  explicit Node(Array v);
  ~Node();  // releases long chains without recursion
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  Array value;
  Array grad;  ///< of value's shape, or undefined
  bool requires_grad = false;
  const char* op = "leaf";     ///< name of the operation that made it
  std::vector<Tensor> inputs;  ///< what it was made from; empty for a leaf
  GradientFunction gradient;   ///< empty for a leaf, and when used
  bool used = false;           ///< backward() went through here and freed the history
};

/// True if one of the inputs requires a gradient and no NoGrad is alive.
bool needs_history(std::span<const Tensor> inputs);
Tensor make_op_with_history(const char* name, Array value, std::vector<Tensor> inputs, GradientFunction gradient);

/// The result of an operation. History is kept only if needs_history(inputs); `gradient` becomes a GradientFunction,
/// which takes memory, only then.
template <class Gradient>
Tensor make_op(const char* name, Array value, std::vector<Tensor> inputs, Gradient&& gradient) {
  if (!needs_history(inputs)) return Tensor(std::move(value));
  return make_op_with_history(name, std::move(value), std::move(inputs), std::forward<Gradient>(gradient));
}
template <class Gradient>
Tensor make_op(const char* name, Array value, std::initializer_list<Tensor> inputs, Gradient&& gradient) {
  if (!needs_history({inputs.begin(), inputs.size()})) return Tensor(std::move(value));
  return make_op_with_history(name, std::move(value), inputs, std::forward<Gradient>(gradient));
}

/// While alive, operations of this thread record no history.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool saved_;
};
bool grad_enabled();

/// Every node that `root` was made from and that requires a gradient, each after all the nodes made from it: the order
/// in which backward visits them. Iterative, and linear in the number of edges.
/// Exercise: exercises/02_autograd/topological_order.cpp
std::vector<Node*> topological_order(Node* root);

/// Seeds root's gradient, then calls each node's gradient function in topological order, and frees it unless retained.
/// Exercise: exercises/02_autograd/backward.cpp
void run_backward(Node* root, const Array& seed, bool retain_graph);

/// Nodes alive in the program: a test's means to find leaks.
std::int64_t live_nodes();

std::string to_string(const Tensor& x);
std::ostream& operator<<(std::ostream& out, const Tensor& x);

}  // namespace tinytorch
