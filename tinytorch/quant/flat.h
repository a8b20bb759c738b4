#pragma once
#include <typeinfo>

#include "tinytorch/nn/sequential.h"

namespace tinytorch {

/// A module that is no Sequential, and its path from the root of the model.
struct FlatModule {
  std::vector<std::size_t> path;
  ModulePtr module;
};

/// All of them in the order in which they run.
std::vector<FlatModule> flatten(const Sequential& model);

/// Whether a module is exactly of this type, not of one derived from it that may compute something else.
template <class Exact>
std::shared_ptr<Exact> exactly(const ModulePtr& module) {
  const Module& m = *module;
  return typeid(m) == typeid(Exact) ? std::static_pointer_cast<Exact>(module) : nullptr;
}

}  // namespace tinytorch
