#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(MseLoss, HoldsForRandomArrays) {
  Rng rng = rng_of_this_test();
  for (int rank = 1; rank <= 3; ++rank) {
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) shape.push_back(between(rng, 2, 9));
    const Array prediction = normal_array(rng, shape, 2), target = normal_array(rng, shape, 2);
    const auto count = static_cast<double>(prediction.size());
    Array gradient(shape);
    double loss = 0;
    for (std::int64_t i = 0; i < prediction.size(); ++i) {
      const double difference = static_cast<double>(prediction.data()[i]) - target.data()[i];
      loss += difference * difference / count;
      gradient.data()[i] = static_cast<float>(2 * difference / count);
    }
    Trial trial("forward_and_gradient");
    trial.give("prediction", prediction).give("target", target).run();
    // a sum of up to 729 positive squares in float32, in any order: below 729 · 2^-24 of it
    trial.expect_array("loss", Array(Shape{}, static_cast<float>(loss)), 0, 5e-5);
    trial.expect_array("dprediction", gradient, 0, 4 * 0x1p-23);  // difference, doubling, division: a few roundings
  }
}

TEST(MseLoss, RefusesWhatWouldBroadcast) {
  Rng rng = rng_of_this_test();
  const std::int64_t rows = between(rng, 2, 9), columns = between(rng, 2, 9);
  for (const Shape& shape : {Shape{1, columns}, Shape{rows, 1}, Shape{columns}, Shape{}}) {
    Trial trial("forward");
    trial.give("prediction", Array({rows, columns}, 1.0f)).give("target", Array(shape, 1.0f));
    trial.run_and_expect_error({to_string(Shape{rows, columns}), to_string(shape)});
  }
}
