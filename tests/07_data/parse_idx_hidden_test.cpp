#include <algorithm>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

std::vector<std::int64_t> header(const Shape& sizes) {
  std::vector<std::int64_t> bytes{0, 0, 8, static_cast<std::int64_t>(sizes.size())};
  for (const std::int64_t size : sizes)
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(size >> shift & 255);
  return bytes;
}

std::vector<std::int64_t> random_bytes(Rng& rng, std::int64_t count) {
  std::vector<std::int64_t> bytes;
  for (std::int64_t i = 0; i < count; ++i) bytes.push_back(between(rng, 0, 255));
  return bytes;
}

void expect_refusal(const std::vector<std::int64_t>& bytes, const std::string& where) {
  Trial trial("parse");
  trial.give_integers("bytes", bytes).run_and_expect_error({where});
}

}  // namespace

TEST(ParseIdx, ReadsAnyShape) {
  Rng rng = rng_of_this_test();
  std::vector<Shape> shapes{{}, {between(rng, 300, 900)}, {0, between(rng, 1, 9)}, {between(rng, 1, 9), 0}};
  for (int i = 0; i < 4; ++i) {
    Shape shape;
    for (std::int64_t axes = between(rng, 1, 5); axes > 0; --axes) shape.push_back(between(rng, 1, 6));
    shapes.push_back(shape);
  }
  for (const Shape& shape : shapes) {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    const std::vector<std::int64_t> values = random_bytes(rng, count);
    std::vector<std::int64_t> bytes = header(shape);
    bytes.insert(bytes.end(), values.begin(), values.end());
    Trial trial("parse");
    trial.give_integers("bytes", bytes).run();
    trial.expect_integers("shape", shape);
    trial.expect_integers("values", values);
  }
}

TEST(ParseIdx, RefusesSizesWhoseProductOverflows) {
  Rng rng = rng_of_this_test();
  // 2^16 four times is 2^64, which a 64-bit product takes for 0; the fourth size is at byte 16.
  expect_refusal(header({65536, 65536, 65536, 65536}), "[idx] byte 16:");
  const std::int64_t most = 0xffffffff;
  expect_refusal(header({most, most - between(rng, 0, 1000), 1}), "[idx] byte 8:");
  // 2^63 is one more than an int64 holds.
  expect_refusal(header({0x80000000, 0x80000000, 2}), "[idx] byte 12:");
}

TEST(ParseIdx, RefusesEveryCutOfAFile) {
  Rng rng = rng_of_this_test();
  std::vector<std::int64_t> whole = header({between(rng, 1, 3), 2, between(rng, 1, 3)});
  const auto values_begin = static_cast<std::int64_t>(whole.size());
  const std::vector<std::int64_t> values = random_bytes(rng, whole[7] * 2 * whole[15]);
  whole.insert(whole.end(), values.begin(), values.end());
  for (std::int64_t length = 0; length < std::ssize(whole); ++length) {
    const std::vector<std::int64_t> cut(whole.begin(), whole.begin() + length);
    expect_refusal(cut, "[idx] byte " + std::to_string(std::min(length, values_begin)) + ":");
  }
}

TEST(ParseIdx, BelievesNoHeader) {
  Rng rng = rng_of_this_test();
  // 3 GB and more by its header: more than a worker may allocate, so it must not try.
  std::vector<std::int64_t> bytes = header({between(rng, 3'000'000'000, 4'000'000'000)});
  bytes.push_back(1);
  expect_refusal(bytes, "[idx] byte 8:");
  expect_refusal(header({1000000, 1000000, 1000}), "[idx] byte 16:");
}
