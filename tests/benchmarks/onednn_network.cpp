#include "tests/benchmarks/onednn_network.h"

#include <omp.h>

#include <dnnl.hpp>
#include <unordered_map>

using dnnl::memory;

struct OnednnNetwork::State {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::vector<IntegerLayer> layers;  // memories point into it
  struct Step {
    dnnl::primitive primitive;
    std::unordered_map<int, memory> operands;
  };
  std::vector<Step> steps;
};

OnednnNetwork::OnednnNetwork(const std::vector<IntegerLayer>& layers, std::int64_t batch, float input_scale, float* input,
                             float* logits)
    : state_(std::make_unique<State>()) {
  using Type = memory::data_type;
  using Tag = memory::format_tag;
  State& s = *state_;
  s.layers = layers;
  const memory floats({{batch, layers.front().in}, Type::f32, Tag::ab}, s.engine, input);
  memory codes({{batch, layers.front().in}, Type::u8, Tag::ab}, s.engine);
  dnnl::primitive_attr quantize;
  quantize.set_output_scales(0, {1 / input_scale});
  const dnnl::reorder::primitive_desc into(s.engine, floats.get_desc(), s.engine, codes.get_desc(), quantize);
  s.steps.push_back({dnnl::reorder(into), {{DNNL_ARG_FROM, floats}, {DNNL_ARG_TO, codes}}});

  for (IntegerLayer& layer : s.layers) {
    const bool last = &layer == &s.layers.back();
    const memory::desc to({batch, layer.out}, last ? Type::f32 : Type::u8, Tag::ab);
    const memory::desc any_weights({layer.out, layer.in}, Type::s8, Tag::any), bias({layer.out}, Type::s32, Tag::a);
    dnnl::primitive_attr attributes;
    attributes.set_output_scales(1 << 1, layer.scales);
    if (!last) {
      dnnl::post_ops relu;
      relu.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
      attributes.set_post_ops(relu);
    }
    const dnnl::inner_product_forward::desc what(dnnl::prop_kind::forward_inference, codes.get_desc(), any_weights, bias, to);
    const dnnl::inner_product_forward::primitive_desc how(what, attributes, s.engine);
    memory plain({{layer.out, layer.in}, Type::s8, Tag::ab}, s.engine, layer.weights.data()), packed(how.weights_desc(), s.engine);
    dnnl::reorder(plain, packed).execute(s.stream, plain, packed);
    s.stream.wait();
    const memory out = last ? memory(to, s.engine, logits) : memory(to, s.engine);
    s.steps.push_back({dnnl::inner_product_forward(how),
                       {{DNNL_ARG_SRC, codes}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_BIAS, memory(bias, s.engine, layer.bias.data())},
                        {DNNL_ARG_DST, out}}});
    codes = out;
  }
}

OnednnNetwork::~OnednnNetwork() = default;

void OnednnNetwork::run() {
  for (const State::Step& step : state_->steps) step.primitive.execute(state_->stream, step.operands);
  state_->stream.wait();
}

void set_onednn_threads(int threads) { omp_set_num_threads(threads); }
