#include "tinytorch/base/cpu.h"

#include <cstdlib>
#include <fstream>

#include "tinytorch/base/error.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace tinytorch {
namespace {

constexpr Isa kAllIsas[] = {Isa::generic, Isa::avx2, Isa::avx512, Isa::vnni, Isa::amx};

#if defined(__x86_64__)
/// AMX: the CPU has it, and Linux lets this process use the tile registers (which must be asked for).
bool amx_usable() {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const bool tile = d & (1u << 24), int8 = d & (1u << 25);
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return tile && int8 && ::syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#endif

Isa detect() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return Isa::generic;
  if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))) {
    return Isa::avx2;
  }
  if (!__builtin_cpu_supports("avx512vnni")) return Isa::avx512;
  return amx_usable() ? Isa::amx : Isa::vnni;
#else
  return Isa::generic;
#endif
}

Isa choose_isa() {
  const char* forced = std::getenv("TINYTORCH_ISA");
  const Isa best = detected_isa();
  if (forced == nullptr || *forced == '\0') return best;
  for (Isa isa : kAllIsas) {
    if (to_string(isa) != forced) continue;
    if (isa > best) {
      throw Error("TINYTORCH_ISA=" + std::string(forced) + ": this CPU has no more than " +
                  std::string(to_string(best)) + "; unset it or choose a lesser one");
    }
    return isa;
  }
  throw Error("TINYTORCH_ISA=" + std::string(forced) + ": not one of generic, avx2, avx512, vnni, amx");
}

}  // namespace

std::string_view to_string(Isa isa) {
  switch (isa) {
    case Isa::generic: return "generic";
    case Isa::avx2: return "avx2";
    case Isa::avx512: return "avx512";
    case Isa::vnni: return "vnni";
    case Isa::amx: return "amx";
  }
  return "unknown";
}

Isa detected_isa() {
  static const Isa isa = detect();
  return isa;
}

Isa active_isa() {
  static const Isa isa = choose_isa();
  return isa;
}

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::vector<std::string> cpu_feature_names() {
  std::vector<std::string> names;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const auto add = [&](bool has, const char* name) {
    if (has) names.emplace_back(name);
  };
  add(__builtin_cpu_supports("avx"), "avx");
  add(__builtin_cpu_supports("avx2"), "avx2");
  add(__builtin_cpu_supports("fma"), "fma");
  add(__builtin_cpu_supports("avx512f"), "avx512f");
  add(__builtin_cpu_supports("avx512bw"), "avx512bw");
  add(__builtin_cpu_supports("avx512vl"), "avx512vl");
  add(__builtin_cpu_supports("avx512vnni"), "avx512vnni");
  add(detected_isa() == Isa::amx, "amx-int8");
#endif
  return names;
}

#if defined(__x86_64__)
FlushDenormals::FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040u); }  // FTZ and DAZ
FlushDenormals::~FlushDenormals() { _mm_setcsr(saved_); }
#else
FlushDenormals::FlushDenormals() : saved_(0) {}
FlushDenormals::~FlushDenormals() {}
#endif

}  // namespace tinytorch
