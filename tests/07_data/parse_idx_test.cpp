#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Trial file(const std::vector<std::int64_t>& bytes) {
  Trial trial("parse");
  trial.give_integers("bytes", bytes);
  return trial;
}

void expect_refusal(const std::vector<std::int64_t>& bytes, const std::string& where) {
  file(bytes).run_and_expect_error({where});
}

}  // namespace

TEST(ParseIdx, ReadsShapeAndValues) {
  Trial trial = file({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255});
  trial.run();
  trial.expect_integers("shape", {2, 3});
  trial.expect_integers("values", {1, 2, 3, 4, 5, 255});
}

TEST(ParseIdx, ReadsSizesWithTheHighestByteFirst) {
  std::vector<std::int64_t> bytes{0, 0, 8, 1, 0, 0, 1, 2}, values;
  for (std::int64_t i = 0; i < 258; ++i) values.push_back(i % 256);
  bytes.insert(bytes.end(), values.begin(), values.end());
  Trial trial = file(bytes);
  trial.run();
  trial.expect_integers("shape", {258});
  trial.expect_integers("values", values);
}

TEST(ParseIdx, RefusesWhatIsNoFileOfBytes) {
  expect_refusal({31, 139, 8, 1, 0, 0, 0, 1, 7}, "[idx] byte 0:");
  expect_refusal({0, 1, 8, 1, 0, 0, 0, 1, 7}, "[idx] byte 1:");
  expect_refusal({0, 0, 13, 1, 0, 0, 0, 1, 7, 7, 7, 7}, "[idx] byte 2:");
}

TEST(ParseIdx, RefusesAFileThatEndsInItsHeader) {
  expect_refusal({}, "[idx] byte 0:");
  expect_refusal({0, 0, 8}, "[idx] byte 3:");
  expect_refusal({0, 0, 8, 3, 0, 0, 0, 1, 0, 0}, "[idx] byte 10:");
}

TEST(ParseIdx, RefusesFewerOrMoreValuesThanTheHeaderSays) {
  expect_refusal({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5}, "[idx] byte 12:");
  expect_refusal({0, 0, 8, 1, 0, 0, 0, 1, 1, 2}, "[idx] byte 8:");
}
