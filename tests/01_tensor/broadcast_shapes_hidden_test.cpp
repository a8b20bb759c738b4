#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// A result and two shapes that stretch to it: leading axes cut off, sizes made 1, never both at once.
struct Fitting {
  Shape a, b, result;
};

Fitting fitting(Rng& rng) {
  Fitting f;
  const std::int64_t rank = between(rng, 1, 6), kept = between(rng, 0, rank);
  for (std::int64_t axis = 0; axis < rank; ++axis) {
    const std::int64_t size = between(rng, 0, 9), stretched = between(rng, 0, 2);
    f.a.push_back(stretched == 1 ? 1 : size);
    if (axis >= rank - kept) {
      f.b.push_back(stretched == 2 ? 1 : size);
      f.result.push_back(size);
    } else {
      f.result.push_back(f.a.back());
    }
  }
  if (between(rng, 0, 1) == 1) std::swap(f.a, f.b);
  return f;
}

/// As messages show a shape.
std::string in_words(const Shape& shape) {
  std::string words;
  for (const std::int64_t size : shape) words += (words.empty() ? "" : ", ") + std::to_string(size);
  return "(" + words + (shape.size() == 1 ? ",)" : ")");
}

}  // namespace

TEST(BroadcastShapes, HoldsForRandomShapes) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 12; ++i) {
    const Fitting f = fitting(rng);
    Trial trial("stretch");
    trial.give_integers("a", f.a).give_integers("b", f.b).run();
    trial.expect_integers("shape", f.result);
  }
}

TEST(BroadcastShapes, RefusesOneAxisThatDoesNotFit) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 6; ++i) {
    Fitting f = fitting(rng);
    const std::int64_t behind = between(rng, 0, 2);  // axes to the right of the one that does not fit
    f.a.push_back(between(rng, 2, 5));
    f.b.push_back(f.a.back() + between(rng, 1, 3));
    for (std::int64_t k = 0; k < behind; ++k) f.a.push_back(3), f.b.push_back(3);
    Trial trial("stretch");
    trial.give_integers("a", f.a).give_integers("b", f.b);
    trial.run_and_expect_error({in_words(f.a), in_words(f.b)});
  }
}
