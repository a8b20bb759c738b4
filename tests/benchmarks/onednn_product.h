#pragma once
#include <cstdint>
#include <memory>

/// The same product by oneDNN 2: unsigned codes (M, K) by int8 weights (N, K), bias, ReLU, a scale per channel, to
/// unsigned codes. Weights are reordered to the layout that it asks for, once; a call does nothing but execute.
class OnednnProduct {
 public:
  OnednnProduct(std::int64_t m, std::int64_t n, std::int64_t k, std::uint8_t* a, std::int8_t* weights, float* scales,
                std::int32_t* bias, std::uint8_t* c);
  ~OnednnProduct();
  void run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

const char* onednn_version();
