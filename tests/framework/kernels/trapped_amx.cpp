#include "tests/framework/kernels/trapped_amx.h"

#if defined(__x86_64__) && defined(__linux__)

#include <ucontext.h>

#include <cstring>

#include "tests/framework/kernels/emulated_tiles.h"

namespace tinytorch::kernels {
namespace {

constexpr int kTiles = 8, kMostRows = 16, kMostBytes = 64;

struct Tiles {
  std::uint8_t palette = 0;  // 0: the initial state, in which no tile may be used
  int rows[kTiles] = {}, row_bytes[kTiles] = {};
  TileBytes bytes[kTiles] = {};
};
Tiles tiles;
std::int64_t instructions_done;

/// An instruction with a VEX prefix of three bytes in opcode map 2, as far as the handler needs it (Intel SDM, volume 2).
struct Instruction {
  std::uint8_t opcode, prefix;  // prefix: 0 none, 1 66, 2 F3, 3 F2
  int reg, rm, vvvv;            // registers' numbers
  bool in_memory;               // the operand of rm
  const std::uint8_t* address;
  std::int64_t stride;  // the index register, scaled
  int length;
};

greg_t register_of(const greg_t* all, int number) {
  constexpr int kPlaces[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                             REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  return all[kPlaces[number]];
}

bool decode(const greg_t* registers, Instruction& out) {
  const auto* code = reinterpret_cast<const std::uint8_t*>(registers[REG_RIP]);
  if (code[0] != 0xc4 || (code[1] & 0x1f) != 2 || (code[2] & 0x84) != 0) return false;  // map 0F38, W0, 128 bits
  const bool r = (code[1] & 0x80) == 0, x = (code[1] & 0x40) == 0, b = (code[1] & 0x20) == 0;
  const std::uint8_t mod = code[4] >> 6;
  out = {};
  out.vvvv = 15 - (code[2] >> 3 & 15);
  out.prefix = code[2] & 3;
  out.opcode = code[3];
  out.reg = (code[4] >> 3 & 7) + 8 * r;
  out.rm = code[4] & 7;
  out.in_memory = mod != 3;
  out.length = 5;
  if (!out.in_memory) {
    out.rm += 8 * b;
    return true;
  }
  std::int64_t address = 0;
  bool wide = mod == 2;  // a displacement of 32 bits
  if (out.rm == 4) {     // a SIB byte follows
    const std::uint8_t sib = code[out.length++];
    const int index = (sib >> 3 & 7) + 8 * x, base = sib & 7;
    if (index != 4) out.stride = register_of(registers, index) << (sib >> 6);
    if (base == 5 && mod == 0)
      wide = true;
    else
      address = register_of(registers, base + 8 * b);
  } else if (out.rm == 5 && mod == 0) {
    return false;  // relative to the program counter: the kernel has no such operand
  } else {
    address = register_of(registers, out.rm + 8 * b);
  }
  if (wide) {
    std::int32_t displacement;
    std::memcpy(&displacement, code + out.length, 4);
    address += displacement;
    out.length += 4;
  } else if (mod == 1) {
    address += static_cast<std::int8_t>(code[out.length++]);
  }
  out.address = reinterpret_cast<const std::uint8_t*>(address);
  return true;
}

bool load_config(const std::uint8_t* config) {
  tiles = {};
  if (config[0] != 1 || config[1] != 0) return false;
  for (int t = 0; t < kTiles; ++t) {
    std::uint16_t row_bytes;
    std::memcpy(&row_bytes, config + 16 + 2 * t, 2);
    tiles.row_bytes[t] = row_bytes;
    tiles.rows[t] = config[48 + t];
    if (tiles.rows[t] > kMostRows || row_bytes > kMostBytes || (tiles.rows[t] == 0) != (row_bytes == 0)) return false;
  }
  tiles.palette = 1;
  return true;
}

bool usable(int tile) { return tile < kTiles && tiles.palette == 1 && tiles.rows[tile] > 0; }

bool multiply(int c, int a, int b) {
  if (!usable(c) || !usable(a) || !usable(b) || c == a || c == b || a == b) return false;
  if (tiles.rows[c] != tiles.rows[a] || tiles.row_bytes[c] != tiles.row_bytes[b] ||
      tiles.row_bytes[a] != 4 * tiles.rows[b])
    return false;
  multiply_tiles(tiles.bytes[c], tiles.bytes[a], tiles.bytes[b], tiles.rows[c], tiles.row_bytes[c] / 4, tiles.rows[b]);
  return true;
}

bool done(const Instruction& in) {
  constexpr int kNone = 0, k66 = 1, kF3 = 2, kF2 = 3;
  switch (in.opcode) {
    case 0x49:
      if (in.in_memory) return in.prefix == kNone && in.reg == 0 && load_config(in.address);  // LDTILECFG
      if (in.prefix == kNone && in.reg == 0 && in.rm == 0) {                                  // TILERELEASE
        tiles = {};
        return true;
      }
      if (in.prefix != kF2 || !usable(in.reg)) return false;  // TILEZERO
      std::memset(tiles.bytes[in.reg], 0, sizeof tiles.bytes[in.reg]);
      return true;
    case 0x4b:
      if (!in.in_memory || in.rm != 4 || !usable(in.reg)) return false;
      for (int row = 0; row < tiles.rows[in.reg]; ++row) {
        std::uint8_t* const tile = tiles.bytes[in.reg][row];
        const auto bytes = static_cast<std::size_t>(tiles.row_bytes[in.reg]);
        if (in.prefix == kF3)  // TILESTORED
          std::memcpy(const_cast<std::uint8_t*>(in.address) + row * in.stride, tile, bytes);
        else if (in.prefix == kF2 || in.prefix == k66)  // TILELOADD, TILELOADDT1
          std::memcpy(tile, in.address + row * in.stride, bytes);
        else
          return false;
      }
      return true;
    case 0x5e:
      return in.prefix == k66 && !in.in_memory && multiply(in.reg, in.rm, in.vvvv);  // TDPBUSD
    default:
      return false;
  }
}

void on_illegal(int signal, siginfo_t*, void* context) {
  greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  Instruction instruction;
  if (decode(registers, instruction) && done(instruction)) {
    registers[REG_RIP] += instruction.length;
    ++instructions_done;
  } else {
    std::signal(signal, SIG_DFL);  // it is illegal, or a fault on a CPU that has AMX: the program dies of it
  }
}

}  // namespace

TrappedAmx::TrappedAmx() {
  tiles = {};
  instructions_done = 0;
  struct sigaction action = {};
  action.sa_sigaction = on_illegal;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGILL, &action, &before_);
}

TrappedAmx::~TrappedAmx() { ::sigaction(SIGILL, &before_, nullptr); }

std::int64_t TrappedAmx::instructions() const { return instructions_done; }
bool TrappedAmx::released() const { return tiles.palette == 0; }

}  // namespace tinytorch::kernels

#endif
