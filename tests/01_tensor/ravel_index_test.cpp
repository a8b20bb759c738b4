#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_position(const Shape& index, const Shape& shape, std::int64_t expected) {
  Trial trial("locate");
  trial.give_integers("index", index).give_integers("shape", shape).run();
  trial.expect_integer("position", expected);
}

void expect_refused(const Shape& index, const Shape& shape, const std::string& index_words, const std::string& shape_words) {
  Trial trial("locate");
  trial.give_integers("index", index).give_integers("shape", shape).run_and_expect_error({index_words, shape_words});
}

}  // namespace

TEST(RavelIndex, TheLastIndexRunsFastest) {
  expect_position({0, 1}, {3, 4}, 1);
  expect_position({1, 0}, {3, 4}, 4);
  expect_position({1, 2}, {3, 4}, 6);
  expect_position({1, 2, 3}, {2, 3, 4}, 23);
  expect_position({7}, {10}, 7);
}

TEST(RavelIndex, NegativeIndicesCountFromTheEnd) {
  expect_position({-1, -1}, {3, 4}, 11);
  expect_position({-3, -4}, {3, 4}, 0);
  expect_position({1, -2}, {3, 4}, 6);
}

TEST(RavelIndex, AScalarHasItsElementAtZero) { expect_position({}, {}, 0); }

TEST(RavelIndex, AnIndexOutsideItsAxisIsRefused) {
  expect_refused({0, 4}, {3, 4}, "(0, 4)", "(3, 4)");  // would be position 4, inside the array
  expect_refused({3, 0}, {3, 4}, "(3, 0)", "(3, 4)");
  expect_refused({-4, 0}, {3, 4}, "(-4, 0)", "(3, 4)");
  expect_refused({0}, {0}, "(0,)", "(0,)");
}

TEST(RavelIndex, AnIndexOfAnotherRankIsRefused) {
  expect_refused({1}, {3, 4}, "(1,)", "(3, 4)");
  expect_refused({0, 0, 0}, {3, 4}, "(0, 0, 0)", "(3, 4)");
}
