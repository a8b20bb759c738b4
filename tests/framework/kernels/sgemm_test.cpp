#include "tinytorch/kernels/sgemm/sgemm.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/framework/kernels/rows.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/base/rng.h"

namespace tinytorch::kernels {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// How an operand lies in memory: rows side by side, transposed, or with gaps between neighbours.
enum class Layout { plain, transposed, gaps };

/// A product with its own memory. Operands begin one float past an aligned address, and rows of C have a gap of three.
struct Product {
  std::vector<float> a, b, c, bias;
  SgemmArgs args{};

  Product(std::int64_t m, std::int64_t n, std::int64_t k, Layout layout_a, Layout layout_b, Rng& rng) {
    args.m = m;
    args.n = n;
    args.k = k;
    fill(a, m, k, layout_a, args.a_row, args.a_col, rng);
    fill(b, k, n, layout_b, args.b_row, args.b_col, rng);
    args.c_row = n + 3;
    c.resize(static_cast<std::size_t>(m * args.c_row + 1));
    bias.resize(static_cast<std::size_t>(n));
    for (float& x : c) x = rng.uniform(-1, 1);
    for (float& x : bias) x = rng.uniform(-1, 1);
    args.a = a.data() + 1;
    args.b = b.data() + 1;
    args.c = c.data() + 1;
  }
  Product(const Product&) = delete;

  float& at_a(std::int64_t i, std::int64_t p) {
    return a[static_cast<std::size_t>(1 + i * args.a_row + p * args.a_col)];
  }
  float& at_b(std::int64_t p, std::int64_t j) {
    return b[static_cast<std::size_t>(1 + p * args.b_row + j * args.b_col)];
  }
  float& at_c(std::int64_t i, std::int64_t j) { return c[static_cast<std::size_t>(1 + i * args.c_row + j)]; }

 private:
  static void fill(std::vector<float>& x, std::int64_t rows, std::int64_t columns, Layout layout,
                   std::int64_t& row_step, std::int64_t& column_step, Rng& rng) {
    row_step = layout == Layout::transposed ? 1 : layout == Layout::plain ? columns : 2 * columns + 1;
    column_step = layout == Layout::transposed ? rows : layout == Layout::plain ? 1 : 2;
    x.resize(static_cast<std::size_t>(rows * columns * 2 + rows + 2),
             kNan);  // what lies between must not be read as a value
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        x[static_cast<std::size_t>(1 + i * row_step + j * column_step)] = rng.uniform(-1, 1);
      }
    }
  }
};

std::vector<std::uint32_t> bits_of(const std::vector<float>& x) {
  std::vector<std::uint32_t> bits(x.size());
  std::memcpy(bits.data(), x.data(), x.size() * sizeof(float));
  return bits;
}

/// Checks a product against sums in double. A float sum of K products in any order is off by at most about
/// K·eps·Σ|a·b|; the old value and the bias are two summands more.
void expect_right(Product& x, SgemmFunction function, const std::string& what) {
  const std::vector<float> before = x.c;
  const SgemmArgs& s = x.args;
  function(s);
  for (std::int64_t i = 0; i < s.m; ++i) {
    for (std::int64_t j = 0; j < s.n; ++j) {
      double sum = 0, magnitude = 0;
      const auto add = [&](double term) { sum += term, magnitude += std::abs(term); };
      for (std::int64_t p = 0; p < s.k; ++p) add(static_cast<double>(x.at_a(i, p)) * static_cast<double>(x.at_b(p, j)));
      if (s.accumulate) add(before[static_cast<std::size_t>(1 + i * s.c_row + j)]);
      if (s.bias != nullptr) add(s.bias[j]);
      if (s.relu) sum = std::max(sum, 0.0);
      const double bound = static_cast<double>(s.k + 2) * 0x1p-24 * magnitude;
      ASSERT_NEAR(x.at_c(i, j), sum, bound) << what << " at (" << i << ", " << j << ")";
    }
    for (std::int64_t j = s.n; j < s.c_row; ++j) {
      const auto gap = static_cast<std::size_t>(1 + i * s.c_row + j);
      if (gap >= x.c.size()) break;
      ASSERT_EQ(x.c[gap], before[gap]) << what << ": row " << i << " was written beyond its end";
    }
  }
  ASSERT_EQ(x.c[0], before[0]) << what << ": written before the beginning";
}

class Sgemm : public RowTest {
 protected:
  SgemmFunction function_ = function_of(sgemm_table(), GetParam());
};
INSTANTIATE_TEST_SUITE_P(Rows, Sgemm, testing::ValuesIn(isas_of(sgemm_table())), name_of);

TEST_P(Sgemm, MultipliesEveryRaggedShapeInEveryLayout) {
  Rng rng(1);
  const std::int64_t sizes[] = {1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 65, 100};
  const Layout layouts[] = {Layout::plain, Layout::transposed};
  int variant = 0;
  for (std::int64_t m : sizes) {
    for (std::int64_t n : sizes) {
      for (std::int64_t k : sizes) {
        for (Layout layout_a : layouts) {
          for (Layout layout_b : layouts) {
            Product x(m, n, k, layout_a, layout_b, rng);
            variant = (variant + 3) % 8;  // all eight epilogues, spread over the shapes
            x.args.accumulate = variant & 1;
            x.args.bias = variant & 2 ? x.bias.data() : nullptr;
            x.args.relu = variant & 4;
            expect_right(x, function_,
                         "m n k " + std::to_string(m) + " " + std::to_string(n) + " " + std::to_string(k) +
                             ", layouts " + std::to_string(static_cast<int>(layout_a)) +
                             std::to_string(static_cast<int>(layout_b)) + ", epilogue " + std::to_string(variant));
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

TEST_P(Sgemm, FinishesInEveryWayOnLongSums) {
  Rng rng(2);
  for (Layout layout_b : {Layout::plain, Layout::transposed}) {
    for (int variant = 0; variant < 8; ++variant) {
      for (std::int64_t m : {5, 40}) {
        Product x(m, 57, 784, Layout::plain, layout_b, rng);  // more than one block of the summed index
        x.args.accumulate = variant & 1;
        x.args.bias = variant & 2 ? x.bias.data() : nullptr;
        x.args.relu = variant & 4;
        expect_right(x, function_, "epilogue " + std::to_string(variant));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(Sgemm, TakesAnyStrides) {
  Rng rng(3);
  for (Layout layout_a : {Layout::plain, Layout::transposed, Layout::gaps}) {
    for (Layout layout_b : {Layout::plain, Layout::transposed, Layout::gaps}) {
      for (std::int64_t n : {9, 70}) {
        Product x(37, n, 300, layout_a, layout_b, rng);
        expect_right(x, function_, "n " + std::to_string(n));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(Sgemm, ReadsOneRowForAllWithAStepOfZero) {
  Rng rng(4);
  Product x(20, 30, 40, Layout::plain, Layout::plain, rng);
  x.args.a_row = 0;
  expect_right(x, function_, "a_row 0");
}

TEST_P(Sgemm, OfAnEmptySumIsZeroPlusBias) {
  Rng rng(5);
  Product x(3, 20, 0, Layout::plain, Layout::plain, rng);
  x.args.bias = x.bias.data();
  expect_right(x, function_, "k 0");
  x.args.m = 0;
  const std::vector<float> before = x.c;
  function_(x.args);
  EXPECT_EQ(x.c, before) << "no rows, nothing to write";
}

TEST_P(Sgemm, PropagatesNanAndInfinityAsTheGenericRowDoes) {
  for (Layout layout_b : {Layout::plain, Layout::transposed}) {
    for (std::int64_t m : {3, 40}) {
      for (bool relu : {false, true}) {
        Rng rng(6), same(6);
        Product x(m, 50, 300, Layout::plain, layout_b, rng), expected(m, 50, 300, Layout::plain, layout_b, same);
        for (Product* each : {&x, &expected}) {
          each->at_a(0, 299) = kNan;
          each->at_a(1, 0) = kInf;
          each->at_a(2, 5) = -kInf;
          each->at_b(7, 49) = kNan;
          each->at_b(0, 3) = 0;  // infinity times zero
          each->args.relu = relu;
        }
        function_(x.args);
        sgemm_generic(expected.args);
        for (std::int64_t i = 0; i < m; ++i) {
          for (std::int64_t j = 0; j < 50; ++j) {
            const float got = x.at_c(i, j), want = expected.at_c(i, j);
            ASSERT_EQ(std::isnan(got), std::isnan(want)) << i << ", " << j << ": " << got << " and " << want;
            if (std::isinf(want)) {
              ASSERT_EQ(got, want) << i << ", " << j;
            }
          }
        }
      }
    }
  }
}

// The promise that training gives the same weights on any number of threads stands on this.
TEST_P(Sgemm, SumsAnElementInTheSameOrderWhateverPartItIsComputedIn) {
  Rng rng(7);
  for (Layout layout_a : {Layout::plain, Layout::transposed}) {
    for (Layout layout_b : {Layout::plain, Layout::transposed}) {
      for (std::int64_t m : {16, 45, 100, 260}) {
        Product x(m, 119, 700, layout_a, layout_b, rng);
        x.args.bias = x.bias.data();
        function_(x.args);
        const std::vector<std::uint32_t> whole = bits_of(x.c);
        for (std::int64_t cut : {16, 29, 130}) {
          // Rows are split into parts of 128 and more; below, all parts of a product of fewer than 128 are summed
          // alike.
          if (m - cut < 16 || (m >= 128 && std::min(cut, m - cut) < 128)) continue;
          SgemmArgs top = x.args, bottom = x.args;
          top.m = cut;
          bottom.m = m - cut;
          bottom.a += cut * x.args.a_row;
          bottom.c += cut * x.args.c_row;
          function_(top);
          function_(bottom);
          ASSERT_EQ(bits_of(x.c), whole) << "rows cut at " << cut;
        }
        for (std::int64_t cut : {16, 35, 80}) {
          SgemmArgs left = x.args, right = x.args;
          left.n = cut;
          right.n = 119 - cut;
          right.b += cut * x.args.b_col;
          right.c += cut;
          right.bias += cut;
          function_(left);
          function_(right);
          ASSERT_EQ(bits_of(x.c), whole) << "columns cut at " << cut;
        }
      }
    }
  }
}

/// Puts the number of threads back.
struct Threads {
  int before = thread_count();
  ~Threads() { set_thread_count(before); }
};

TEST(SgemmDispatch, GivesTheSameBitsOnAnyNumberOfThreads) {
  const Threads restore;
  Rng rng(8);
  struct Case {
    std::int64_t m, n, k;
  };
  for (const auto& [m, n, k] :
       {Case{64, 128, 784}, Case{129, 785, 130}, Case{1, 4001, 500}, Case{10, 530, 1025}, Case{4001, 10, 128},
        Case{700, 40, 333}, Case{200, 100, 500}, Case{300, 17, 1000}, Case{100, 100, 300}}) {
    for (Layout layout_a : {Layout::plain, Layout::transposed}) {
      for (Layout layout_b : {Layout::plain, Layout::transposed}) {
        Product x(m, n, k, layout_a, layout_b, rng);
        set_thread_count(1);
        sgemm(x.args);
        const std::vector<std::uint32_t> alone = bits_of(x.c);
        for (int threads : {2, 3, 7}) {
          set_thread_count(threads);
          sgemm(x.args);
          ASSERT_EQ(bits_of(x.c), alone) << m << "x" << n << "x" << k << " on " << threads << " threads";
        }
      }
    }
  }
}

TEST(SgemmDispatch, ComputesWhatItsPartsCover) {
  const Threads restore;
  Rng rng(9);
  for (int threads : {1, 2, 5}) {
    set_thread_count(threads);
    Product wide(70, 701, 160, Layout::plain, Layout::transposed, rng),
        tall(701, 70, 160, Layout::plain, Layout::plain, rng);
    for (Product* x : {&wide, &tall}) {
      x->args.bias = x->bias.data();
      x->args.relu = true;
      expect_right(*x, sgemm, std::to_string(threads) + " threads");
    }
  }
}

TEST(SgemmTable, ListsTheBestFirstAndGenericLast) {
  const std::vector<Isa> isas = isas_of(sgemm_table());
  EXPECT_TRUE(std::is_sorted(isas.rbegin(), isas.rend()));
  EXPECT_EQ(isas.back(), Isa::generic);
}

}  // namespace
}  // namespace tinytorch::kernels
