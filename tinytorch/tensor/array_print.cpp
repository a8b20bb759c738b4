#include <string>
#include "tinytorch/tensor/check.h"
namespace tinytorch {
std::string to_string(const Array& a) { return to_string(a.shape()); }
}
