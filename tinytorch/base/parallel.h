#pragma once
#include <cstdint>
#include <memory>
#include <type_traits>

namespace tinytorch {

/// Threads that parallel_for may use. Starts as the number of cores this process may run on.
int thread_count();

/// @throws Error if count < 1.
void set_thread_count(int count);

/// A callable by reference: two pointers, no allocation. The callable must outlive the call it is passed to.
template <class Signature>
class FunctionRef;
template <class Result, class... Args>
class FunctionRef<Result(Args...)> {
 public:
  template <class F>
  FunctionRef(F&& f)  // NOLINT(google-explicit-constructor): made to be implicit, as std::function is
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
        call_([](void* object, Args... args) -> Result {
          return (*static_cast<std::remove_reference_t<F>*>(object))(args...);
        }) {}
  Result operator()(Args... args) const { return call_(object_, args...); }

 private:
  void* object_;
  Result (*call_)(void*, Args...);
};

/// Calls body(begin, end) over disjoint ranges that cover [0, count), from several threads if the work is worth it.
/// Split outputs, never a sum: each output must come from one call, so that results do not depend on the number
/// of threads. An exception in a body is rethrown here.
/// @param grain  the least number of items worth a thread of their own; ranges start at multiples of it
void parallel_for(std::int64_t count, std::int64_t grain, FunctionRef<void(std::int64_t, std::int64_t)> body);

}  // namespace tinytorch
