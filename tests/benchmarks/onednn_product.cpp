#include "tests/benchmarks/onednn_product.h"

#include <omp.h>

#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

using dnnl::memory;

struct OnednnProduct::State {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::inner_product_forward product;
  std::unordered_map<int, memory> operands;
};

OnednnProduct::OnednnProduct(std::int64_t m, std::int64_t n, std::int64_t k, std::uint8_t* a, std::int8_t* weights,
                             float* scales, std::int32_t* bias, std::uint8_t* c)
    : state_(std::make_unique<State>()) {
  omp_set_num_threads(1);
  const dnnl::engine& engine = state_->engine;
  using Type = memory::data_type;
  using Tag = memory::format_tag;
  const memory::desc a_desc({m, k}, Type::u8, Tag::ab), c_desc({m, n}, Type::u8, Tag::ab);
  const memory::desc any_weights({n, k}, Type::s8, Tag::any), bias_desc({n}, Type::s32, Tag::a);
  dnnl::primitive_attr attributes;
  attributes.set_output_scales(1 << 1, std::vector<float>(scales, scales + n));
  dnnl::post_ops relu;
  relu.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
  attributes.set_post_ops(relu);
  const dnnl::inner_product_forward::desc what(dnnl::prop_kind::forward_inference, a_desc, any_weights, bias_desc,
                                               c_desc);
  const dnnl::inner_product_forward::primitive_desc how(what, attributes, engine);

  memory plain({{n, k}, Type::s8, Tag::ab}, engine, weights), packed(how.weights_desc(), engine);
  dnnl::reorder(plain, packed).execute(state_->stream, plain, packed);
  state_->stream.wait();
  state_->product = dnnl::inner_product_forward(how);
  state_->operands = {{DNNL_ARG_SRC, memory(a_desc, engine, a)},
                      {DNNL_ARG_WEIGHTS, packed},
                      {DNNL_ARG_BIAS, memory(bias_desc, engine, bias)},
                      {DNNL_ARG_DST, memory(c_desc, engine, c)}};
}

OnednnProduct::~OnednnProduct() = default;

void OnednnProduct::run() {
  state_->product.execute(state_->stream, state_->operands);
  state_->stream.wait();
}

const char* onednn_version() {
  static const std::string text = std::to_string(dnnl_version()->major) + "." + std::to_string(dnnl_version()->minor);
  return text.c_str();
}
