#include <limits>
#include <sstream>

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

/// The expected texts are what str() of NumPy 2.4.6 gives for the same float32 arrays.
namespace tinytorch::testing {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();

TEST(Print, ScalarsAsNumbers) {
  EXPECT_EQ(to_string(Array(Shape{}, 1.0f)), "1.0");
  EXPECT_EQ(to_string(Array(Shape{}, 0.1f)), "0.1");
  EXPECT_EQ(to_string(Array(Shape{}, -2.5f)), "-2.5");
  EXPECT_EQ(to_string(Array(Shape{}, 1e-05f)), "1e-05");
  EXPECT_EQ(to_string(Array(Shape{}, 0.0f)), "0.0");
  EXPECT_EQ(to_string(Array(Shape{}, -0.0f)), "-0.0");
  EXPECT_EQ(to_string(Array(Shape{}, 1000000.0f)), "1e+06");
  EXPECT_EQ(to_string(Array(Shape{}, 123456.789f)), "123456.79");
  EXPECT_EQ(to_string(Array(Shape{}, 1.5e+20f)), "1.5e+20");
  EXPECT_EQ(to_string(Array(Shape{}, 0.00012345679f)), "0.00012345679");
  EXPECT_EQ(to_string(Array(Shape{}, 0.33333334f)), "0.33333334");
  EXPECT_EQ(to_string(Array(Shape{}, kNan)), "nan");
  EXPECT_EQ(to_string(Array(Shape{}, -kInf)), "-inf");
}

TEST(Print, RowsInOneNotationAlignedAtThePoint) {
  EXPECT_EQ(to_string(Array({1}, {1.0f})), "[1.]");
  EXPECT_EQ(to_string(Array({2, 2}, {1.0f, 2.5f, 3.0f, 4.0f})),
            "[[1.  2.5]\n"
            " [3.  4. ]]");
  EXPECT_EQ(to_string(Array({2, 2}, {-1.0f, 2.25f, 30.0f, -0.5f})),
            "[[-1.    2.25]\n"
            " [30.   -0.5 ]]");
  EXPECT_EQ(to_string(Array({2}, {0.1f, 0.12345679f})), "[0.1        0.12345679]");
  EXPECT_EQ(to_string(Array({3}, {0.0f, -0.0f, 1.0f})), "[ 0. -0.  1.]");
}

TEST(Print, LargeSmallAndWideRangesWithPowersOfTen) {
  EXPECT_EQ(to_string(Array({2}, {1000000.0f, 1.0f})), "[1.e+06 1.e+00]");
  EXPECT_EQ(to_string(Array({2}, {9e-05f, 0.5f})), "[9.e-05 5.e-01]");
  EXPECT_EQ(to_string(Array({2}, {1000.0f, 0.5f})), "[1.e+03 5.e-01]");
  EXPECT_EQ(to_string(Array({2}, {10000000000.0f, 1000000000000.0f})), "[1.e+10 1.e+12]");
  EXPECT_EQ(to_string(Array({2}, {1234567.0f, -3.0f})), "[ 1.234567e+06 -3.000000e+00]");
  EXPECT_EQ(to_string(Array({2}, {1e-30f, 1e+30f})), "[1.e-30 1.e+30]");
}

TEST(Print, WhatIsNotANumber) {
  EXPECT_EQ(to_string(Array({3}, {1.5f, kNan, -kInf})), "[ 1.5  nan -inf]");
  EXPECT_EQ(to_string(Array({1}, {kNan})), "[nan]");
  EXPECT_EQ(to_string(Array({2}, {10000000000.0f, kInf})), "[1.e+10    inf]");
  EXPECT_EQ(to_string(Array({2}, {-kInf, kNan})), "[-inf  nan]");
}

TEST(Print, NestedArraysWithBlankLinesBetween) {
  EXPECT_EQ(to_string(counting({2, 2, 2})),
            "[[[0. 1.]\n"
            "  [2. 3.]]\n"
            "\n"
            " [[4. 5.]\n"
            "  [6. 7.]]]");
  EXPECT_EQ(to_string(counting({2, 1, 2, 1})),
            "[[[[0.]\n"
            "   [1.]]]\n"
            "\n"
            "\n"
            " [[[2.]\n"
            "   [3.]]]]");
  EXPECT_EQ(to_string(counting({1, 1, 1})), "[[[0.]]]");
}

TEST(Print, LongRowsOnSeveralLines) {
  EXPECT_EQ(to_string(counting({30})),
            "[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.\n"
            " 18. 19. 20. 21. 22. 23. 24. 25. 26. 27. 28. 29.]");
  EXPECT_EQ(to_string(counting({2, 20})),
            "[[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.\n"
            "  18. 19.]\n"
            " [20. 21. 22. 23. 24. 25. 26. 27. 28. 29. 30. 31. 32. 33. 34. 35. 36. 37.\n"
            "  38. 39.]]");
}

TEST(Print, MoreThanAThousandElementsShortened) {
  EXPECT_EQ(to_string(counting({1001})), "[   0.    1.    2. ...  998.  999. 1000.]");
  EXPECT_EQ(to_string(counting({40, 30})),
            "[[0.000e+00 1.000e+00 2.000e+00 ... 2.700e+01 2.800e+01 2.900e+01]\n"
            " [3.000e+01 3.100e+01 3.200e+01 ... 5.700e+01 5.800e+01 5.900e+01]\n"
            " [6.000e+01 6.100e+01 6.200e+01 ... 8.700e+01 8.800e+01 8.900e+01]\n"
            " ...\n"
            " [1.110e+03 1.111e+03 1.112e+03 ... 1.137e+03 1.138e+03 1.139e+03]\n"
            " [1.140e+03 1.141e+03 1.142e+03 ... 1.167e+03 1.168e+03 1.169e+03]\n"
            " [1.170e+03 1.171e+03 1.172e+03 ... 1.197e+03 1.198e+03 1.199e+03]]");
  EXPECT_EQ(to_string(counting({8, 9, 20})),
            "[[[0.000e+00 1.000e+00 2.000e+00 ... 1.700e+01 1.800e+01 1.900e+01]\n"
            "  [2.000e+01 2.100e+01 2.200e+01 ... 3.700e+01 3.800e+01 3.900e+01]\n"
            "  [4.000e+01 4.100e+01 4.200e+01 ... 5.700e+01 5.800e+01 5.900e+01]\n"
            "  ...\n"
            "  [1.200e+02 1.210e+02 1.220e+02 ... 1.370e+02 1.380e+02 1.390e+02]\n"
            "  [1.400e+02 1.410e+02 1.420e+02 ... 1.570e+02 1.580e+02 1.590e+02]\n"
            "  [1.600e+02 1.610e+02 1.620e+02 ... 1.770e+02 1.780e+02 1.790e+02]]\n"
            "\n"
            " [[1.800e+02 1.810e+02 1.820e+02 ... 1.970e+02 1.980e+02 1.990e+02]\n"
            "  [2.000e+02 2.010e+02 2.020e+02 ... 2.170e+02 2.180e+02 2.190e+02]\n"
            "  [2.200e+02 2.210e+02 2.220e+02 ... 2.370e+02 2.380e+02 2.390e+02]\n"
            "  ...\n"
            "  [3.000e+02 3.010e+02 3.020e+02 ... 3.170e+02 3.180e+02 3.190e+02]\n"
            "  [3.200e+02 3.210e+02 3.220e+02 ... 3.370e+02 3.380e+02 3.390e+02]\n"
            "  [3.400e+02 3.410e+02 3.420e+02 ... 3.570e+02 3.580e+02 3.590e+02]]\n"
            "\n"
            " [[3.600e+02 3.610e+02 3.620e+02 ... 3.770e+02 3.780e+02 3.790e+02]\n"
            "  [3.800e+02 3.810e+02 3.820e+02 ... 3.970e+02 3.980e+02 3.990e+02]\n"
            "  [4.000e+02 4.010e+02 4.020e+02 ... 4.170e+02 4.180e+02 4.190e+02]\n"
            "  ...\n"
            "  [4.800e+02 4.810e+02 4.820e+02 ... 4.970e+02 4.980e+02 4.990e+02]\n"
            "  [5.000e+02 5.010e+02 5.020e+02 ... 5.170e+02 5.180e+02 5.190e+02]\n"
            "  [5.200e+02 5.210e+02 5.220e+02 ... 5.370e+02 5.380e+02 5.390e+02]]\n"
            "\n"
            " ...\n"
            "\n"
            " [[9.000e+02 9.010e+02 9.020e+02 ... 9.170e+02 9.180e+02 9.190e+02]\n"
            "  [9.200e+02 9.210e+02 9.220e+02 ... 9.370e+02 9.380e+02 9.390e+02]\n"
            "  [9.400e+02 9.410e+02 9.420e+02 ... 9.570e+02 9.580e+02 9.590e+02]\n"
            "  ...\n"
            "  [1.020e+03 1.021e+03 1.022e+03 ... 1.037e+03 1.038e+03 1.039e+03]\n"
            "  [1.040e+03 1.041e+03 1.042e+03 ... 1.057e+03 1.058e+03 1.059e+03]\n"
            "  [1.060e+03 1.061e+03 1.062e+03 ... 1.077e+03 1.078e+03 1.079e+03]]\n"
            "\n"
            " [[1.080e+03 1.081e+03 1.082e+03 ... 1.097e+03 1.098e+03 1.099e+03]\n"
            "  [1.100e+03 1.101e+03 1.102e+03 ... 1.117e+03 1.118e+03 1.119e+03]\n"
            "  [1.120e+03 1.121e+03 1.122e+03 ... 1.137e+03 1.138e+03 1.139e+03]\n"
            "  ...\n"
            "  [1.200e+03 1.201e+03 1.202e+03 ... 1.217e+03 1.218e+03 1.219e+03]\n"
            "  [1.220e+03 1.221e+03 1.222e+03 ... 1.237e+03 1.238e+03 1.239e+03]\n"
            "  [1.240e+03 1.241e+03 1.242e+03 ... 1.257e+03 1.258e+03 1.259e+03]]\n"
            "\n"
            " [[1.260e+03 1.261e+03 1.262e+03 ... 1.277e+03 1.278e+03 1.279e+03]\n"
            "  [1.280e+03 1.281e+03 1.282e+03 ... 1.297e+03 1.298e+03 1.299e+03]\n"
            "  [1.300e+03 1.301e+03 1.302e+03 ... 1.317e+03 1.318e+03 1.319e+03]\n"
            "  ...\n"
            "  [1.380e+03 1.381e+03 1.382e+03 ... 1.397e+03 1.398e+03 1.399e+03]\n"
            "  [1.400e+03 1.401e+03 1.402e+03 ... 1.417e+03 1.418e+03 1.419e+03]\n"
            "  [1.420e+03 1.421e+03 1.422e+03 ... 1.437e+03 1.438e+03 1.439e+03]]]");
  EXPECT_EQ(to_string(counting({3, 400})),
            "[[0.000e+00 1.000e+00 2.000e+00 ... 3.970e+02 3.980e+02 3.990e+02]\n"
            " [4.000e+02 4.010e+02 4.020e+02 ... 7.970e+02 7.980e+02 7.990e+02]\n"
            " [8.000e+02 8.010e+02 8.020e+02 ... 1.197e+03 1.198e+03 1.199e+03]]");
  EXPECT_EQ(to_string(counting({2000, 1})),
            "[[0.000e+00]\n"
            " [1.000e+00]\n"
            " [2.000e+00]\n"
            " ...\n"
            " [1.997e+03]\n"
            " [1.998e+03]\n"
            " [1.999e+03]]");
}

TEST(Print, ArraysWithoutElements) {
  EXPECT_EQ(to_string(Array(Shape{0})), "[]");
  EXPECT_EQ(to_string(Array(Shape{0, 3})), "[]");
  EXPECT_EQ(to_string(Array(Shape{2, 0})), "[]");
}

TEST(Print, AThousandElementsInFull) {
  EXPECT_EQ(to_string(counting({1000})).find("..."), std::string::npos);
  EXPECT_THROW(to_string(Array()), Error);
}

TEST(Print, TensorsAsTheirValues) {
  std::ostringstream out;
  out << Tensor({2}, {1, 2}, true);
  EXPECT_EQ(out.str(), "[1. 2.]");
}

}  // namespace
}  // namespace tinytorch::testing
