#pragma once
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "tinytorch/base/cpu.h"

extern "C" {
void openblas_set_num_threads(int count);
char* openblas_get_corename();
}

/// One thread, and kernels for this CPU: OpenBLAS does not know every model and then falls back to code that is several
/// times slower. It reads its choice when the program is loaded, so the program is started again with the choice made.
inline void use_best_openblas(char** argv) {
  const tinytorch::Isa isa = tinytorch::detected_isa();
  if (std::getenv("OPENBLAS_CORETYPE") == nullptr && isa >= tinytorch::Isa::avx2) {
    setenv("OPENBLAS_CORETYPE", isa >= tinytorch::Isa::avx512 ? "SkylakeX" : "Haswell", 1);
    execv("/proc/self/exe", argv);  // if it fails, OpenBLAS has the choice that it made
  }
  openblas_set_num_threads(1);
}

inline std::string openblas_kernels() { return openblas_get_corename(); }
