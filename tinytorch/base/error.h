#pragma once
#include <stdexcept>
#include <string>

namespace tinytorch {

/// The one exception of the library. The message names the operation, the values and the remedy:
/// "[matmul] x (32, 784) and w (512, 10): inner sizes 784 and 512 differ".
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Memory for an array is not there. Its shape may be what is wrong.
class OutOfMemory : public Error {
 public:
  using Error::Error;
};

/// Thrown by the body of an exercise that has not been written: "not attempted" is not "wrong".
class NotImplemented : public Error {
 public:
  explicit NotImplemented(const std::string& exercise)
      : Error("TT_TODO still stands in " + exercise), exercise_(exercise) {}
  const std::string& exercise() const { return exercise_; }  ///< "06.2 adam_step"

 private:
  std::string exercise_;
};

}  // namespace tinytorch

/// Stands in an exercise file where the student's code goes, e.g. TT_TODO("06.2 adam_step").
#define TT_TODO(exercise) throw ::tinytorch::NotImplemented(exercise)
