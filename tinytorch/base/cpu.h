#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tinytorch {

/// Instruction sets that kernels are written for, weakest first. A CPU that has one has all before it.
enum class Isa { generic, avx2, avx512, vnni, amx };

/// "generic", "avx2", "avx512", "vnni", "amx": the words that TINYTORCH_ISA takes.
std::string_view to_string(Isa isa);

/// The best instruction set of this CPU that the operating system lets us use (for AMX it is asked).
Isa detected_isa();

/// The instruction set kernels may use: detected_isa(), or what TINYTORCH_ISA forces.
/// @throws Error if TINYTORCH_ISA is not one of the words or names what this CPU lacks.
Isa active_isa();

std::string cpu_model();                      ///< as the CPU names itself, or "unknown"
std::vector<std::string> cpu_feature_names();  ///< the features that matter here: "avx2", "fma", "avx512f", …

/// While alive, results too small for a normal float32 become 0 in this thread (Intel FTZ and DAZ).
/// Arithmetic on denormals costs a hundred times more; Adam's moments decay into them.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned saved_;
};

}  // namespace tinytorch
