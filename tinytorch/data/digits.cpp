#include "tinytorch/data/digits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <numbers>

#include "tinytorch/base/error.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/data/digit_styles.h"
#include "tinytorch/data/idx.h"

namespace tinytorch {
namespace {

constexpr int kSide = 28, kBox = 20;  // MNIST's: the ink fits into 20×20, its centre of mass is the centre of 28×28
constexpr std::uint64_t kDigitStream = std::uint64_t{0x6469676974} << 16;  // "digit" in ASCII
constexpr std::uint64_t kLabelStream = std::uint64_t{0x6c6162656c} << 16;  // "label"
constexpr std::int64_t kMostDigits = 10'000'000;                           // 8 GB
constexpr float kTwoPi = 2 * std::numbers::pi_v<float>;

/// A piece of ink: the line between two points, with a radius at each.
struct InkPoint {
  float x, y, radius;
};
using InkStroke = std::vector<InkPoint>;

/// Everything about one image that is drawn once for all of its strokes.
struct Hand {
  std::array<float, 4> matrix;                 // slant, rotation and width in one linear map
  std::array<std::array<float, 8>, 2> wobble;  // amplitude, x and y frequency, phase of two waves, for x and for y
  float bulge_x, bulge_y;                      // moves the middle against the ends
  float jitter, overshoot;                     // of single points and of the ends of strokes
  float radius, pressure, pressure_phase, nib, nib_angle;
};

float clamp_normal(Rng& rng, float mean, float deviation, float low, float high) {
  return std::clamp(mean + deviation * rng.normal(), low, high);
}

Hand draw_hand(Rng& rng, int digit) {
  Hand hand{};
  const float slant = clamp_normal(rng, digit == 1 ? 0.2f : 0.12f, 0.28f, -0.6f, 0.9f);
  const float angle = clamp_normal(rng, 0, 0.13f, -0.4f, 0.4f);
  const float width = digit == 1 ? 0.8f : std::exp(clamp_normal(rng, -0.05f, 0.24f, -0.7f, 0.5f));
  const float c = std::cos(angle), s = std::sin(angle);
  // Rotation · shear · width; y points down, so a slant to the right moves what has a small y to the right.
  hand.matrix = {c * width, -c * slant - s, s * width, -s * slant + c};
  for (std::array<float, 8>& waves : hand.wobble) {
    for (std::size_t wave = 0; wave < 8; wave += 4) {
      waves[wave] = 6 * rng.normal();
      waves[wave + 1] = rng.uniform(-1, 1) * kTwoPi / 100;
      waves[wave + 2] = rng.uniform(-1, 1) * kTwoPi / 100;
      waves[wave + 3] = rng.uniform(0, kTwoPi);
    }
  }
  hand.bulge_x = 7 * rng.normal();
  hand.bulge_y = 7 * rng.normal();
  hand.jitter = rng.uniform(1, 8);
  hand.overshoot = rng.uniform(0, 12);
  hand.radius = std::exp(clamp_normal(rng, 0.18f, 0.28f, -0.5f, 0.85f));  // pixels
  hand.pressure = rng.uniform(0, 0.35f);
  hand.pressure_phase = rng.uniform(0, kTwoPi);
  hand.nib = rng.uniform(0, 0.2f);
  hand.nib_angle = rng.uniform(0, kTwoPi);
  return hand;
}

bool same(const StrokePoint& a, const StrokePoint& b) { return a.x == b.x && a.y == b.y; }

/// Moves each point a little, both copies of a corner alike, and lets the ends of the stroke reach further or less far.
Stroke jitter(const Stroke& stroke, const Hand& hand, Rng& rng) {
  Stroke moved = stroke;
  const float dx = 0.6f * hand.jitter * rng.normal(), dy = 0.6f * hand.jitter * rng.normal();
  for (std::size_t i = 0; i < stroke.size(); ++i) {
    if (i > 0 && same(stroke[i], stroke[i - 1])) {
      moved[i] = moved[i - 1];
      continue;
    }
    moved[i].x += dx + hand.jitter * rng.normal();
    moved[i].y += dy + hand.jitter * rng.normal();
  }
  const auto extend = [&](StrokePoint& end, const StrokePoint& before) {
    const float length = std::max(1.0f, std::hypot(end.x - before.x, end.y - before.y));
    const float by = std::max(-0.5f, hand.overshoot * rng.normal() / length);
    end.x += by * (end.x - before.x);
    end.y += by * (end.y - before.y);
  };
  extend(moved.front(), moved[1]);
  extend(moved.back(), moved[moved.size() - 2]);
  return moved;
}

/// The Catmull-Rom curve through the points, eight lines between two of them. A doubled point stops it, which is a
/// corner.
Stroke smooth(const Stroke& points) {
  constexpr int kPieces = 6;
  Stroke curve{points.front()};
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const StrokePoint &b = points[i], &c = points[i + 1];
    if (same(b, c)) continue;
    const StrokePoint &a = points[i > 0 ? i - 1 : i], &d = points[i + 2 < points.size() ? i + 2 : i + 1];
    for (int piece = 1; piece <= kPieces; ++piece) {
      const float t = static_cast<float>(piece) / kPieces, t2 = t * t, t3 = t2 * t;
      const float wa = (-t3 + 2 * t2 - t) / 2, wb = (3 * t3 - 5 * t2 + 2) / 2, wc = (-3 * t3 + 4 * t2 + t) / 2,
                  wd = (t3 - t2) / 2;
      curve.push_back({wa * a.x + wb * b.x + wc * c.x + wd * d.x, wa * a.y + wb * b.y + wc * c.y + wd * d.y});
    }
  }
  return curve;
}

/// Bends, slants and turns a point about the middle of the digit.
StrokePoint place(StrokePoint p, const Hand& hand) {
  const auto wave = [&](const std::array<float, 8>& w) {
    return w[0] * std::sin(w[1] * p.x + w[2] * p.y + w[3]) + w[4] * std::sin(w[5] * p.x + w[6] * p.y + w[7]);
  };
  const float middle = std::sin(p.y * std::numbers::pi_v<float> / 100);
  const float x = p.x + wave(hand.wobble[0]) + hand.bulge_x * middle - 50;
  const float y = p.y + wave(hand.wobble[1]) + hand.bulge_y * middle - 50;
  return {hand.matrix[0] * x + hand.matrix[1] * y, hand.matrix[2] * x + hand.matrix[3] * y};
}

InkStroke ink(const Stroke& curve, const Hand& hand) {
  InkStroke result;
  float length = 0;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const StrokePoint p = curve[i];
    const StrokePoint before = curve[i > 0 ? i - 1 : i], after = curve[i + 1 < curve.size() ? i + 1 : i];
    length += std::hypot(p.x - before.x, p.y - before.y);
    const float direction = std::atan2(after.y - before.y, after.x - before.x);
    const float pressure = 1 + hand.pressure * std::sin(length / 60 + hand.pressure_phase);
    result.push_back({p.x, p.y, hand.radius * pressure * (1 + hand.nib * std::cos(2 * (direction - hand.nib_angle)))});
  }
  return result;
}

/// Scales the ink so that its longer side fills a box of `side` pixels, half a pixel of soft edge included, and puts it
/// into the middle. Radii are in pixels already and stay, so the scale is found in a few rounds.
std::vector<InkStroke> fit(const std::vector<InkStroke>& strokes, float side) {
  float scale = 0.15f, middle_x = 0, middle_y = 0;
  for (int round = 0; round < 4; ++round) {
    float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
    for (const InkStroke& stroke : strokes) {
      for (const InkPoint& p : stroke) {
        left = std::min(left, p.x * scale - p.radius), right = std::max(right, p.x * scale + p.radius);
        top = std::min(top, p.y * scale - p.radius), bottom = std::max(bottom, p.y * scale + p.radius);
      }
    }
    middle_x = (left + right) / 2, middle_y = (top + bottom) / 2;
    if (round < 3) scale *= (side - 1) / std::max(right - left, bottom - top);
  }
  std::vector<InkStroke> result = strokes;
  for (InkStroke& stroke : result) {
    for (InkPoint& p : stroke) {
      p.x = p.x * scale - middle_x + kSide / 2.0f;
      p.y = p.y * scale - middle_y + kSide / 2.0f;
    }
  }
  return result;
}

using Canvas = std::array<float, kSide * kSide>;

/// Distance of each pixel's centre from the nearest edge of ink: negative inside.
void trace(const std::vector<InkStroke>& strokes, Canvas& distance) {
  distance.fill(9);
  for (const InkStroke& stroke : strokes) {
    for (std::size_t i = 0; i + 1 < stroke.size(); ++i) {
      const InkPoint &a = stroke[i], &b = stroke[i + 1];
      const float reach = std::max(a.radius, b.radius) + 1.5f;
      const auto pixel = [](float at) { return std::clamp(static_cast<int>(at), 0, kSide - 1); };
      const int left = pixel(std::min(a.x, b.x) - reach), right = pixel(std::max(a.x, b.x) + reach);
      const int top = pixel(std::min(a.y, b.y) - reach), bottom = pixel(std::max(a.y, b.y) + reach);
      const float dx = b.x - a.x, dy = b.y - a.y, inverse = 1 / std::max(dx * dx + dy * dy, 1e-6f);
      for (int y = top; y <= bottom; ++y) {
        for (int x = left; x <= right; ++x) {
          const float px = static_cast<float>(x) + 0.5f - a.x, py = static_cast<float>(y) + 0.5f - a.y;
          const float t = std::clamp((px * dx + py * dy) * inverse, 0.0f, 1.0f);
          const float ex = px - t * dx, ey = py - t * dy;
          const float edge = std::sqrt(ex * ex + ey * ey) - (a.radius + t * (b.radius - a.radius));
          float& pixel_distance = distance[static_cast<std::size_t>(y * kSide + x)];
          pixel_distance = std::min(pixel_distance, edge);
        }
      }
    }
  }
}

/// Where the centre of mass of the ink is: x, y in pixels.
StrokePoint centre_of_mass(const Canvas& canvas) {
  float mass = 0, sum_x = 0, sum_y = 0;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const float value = canvas[static_cast<std::size_t>(y * kSide + x)];
      mass += value;
      sum_x += value * static_cast<float>(x);
      sum_y += value * static_cast<float>(y);
    }
  }
  return {sum_x / mass, sum_y / mass};
}

/// Writes the canvas moved by whole pixels.
void write_moved(const Canvas& canvas, int right, int down, std::span<std::uint8_t> image) {
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const int from_x = x - right, from_y = y - down;
      const bool inside = from_x >= 0 && from_x < kSide && from_y >= 0 && from_y < kSide;
      const float value = inside ? canvas[static_cast<std::size_t>(from_y * kSide + from_x)] : 0;
      image[static_cast<std::size_t>(y * kSide + x)] = static_cast<std::uint8_t>(std::lround(255 * value));
    }
  }
}

const DigitStyle& choose_style(int digit, Rng& rng) {
  const std::span<const DigitStyle> styles = digit_styles();
  float total = 0;
  for (const DigitStyle& style : styles) total += style.digit == digit ? style.weight : 0;
  float at = total * rng.uniform();
  const DigitStyle* chosen = nullptr;
  for (const DigitStyle& style : styles) {
    if (style.digit != digit) continue;
    chosen = &style;
    if ((at -= style.weight) < 0) break;
  }
  return *chosen;
}

void draw(int digit, Rng& rng, std::span<std::uint8_t> image) {
  const DigitStyle& style = choose_style(digit, rng);
  const Hand hand = draw_hand(rng, digit);
  std::vector<InkStroke> strokes;
  for (const Stroke& stroke : style.strokes) {
    Stroke curve = smooth(jitter(stroke, hand, rng));
    for (StrokePoint& p : curve) p = place(p, hand);
    strokes.push_back(ink(curve, hand));
  }
  // Ink fades over a width of about a pixel, and its edge is rough.
  const float softness = rng.uniform(0.7f, 1.4f), roughness = rng.uniform(0, 0.15f), strength = rng.uniform(0.9f, 1.1f);
  Canvas canvas;
  for (float side = kBox;; side *= 0.9f) {
    trace(fit(strokes, side), canvas);
    for (float& value : canvas) {
      const float edge = value + (value < 2 ? roughness * rng.normal() : 0);
      value = std::clamp(strength * (0.5f - edge / softness), 0.0f, 1.0f);
    }
    // As in MNIST, the centre of mass comes to lie in pixel (14, 14). What is too lopsided for that is drawn smaller.
    const StrokePoint centre = centre_of_mass(canvas);
    const int right = kSide / 2 - static_cast<int>(std::lround(centre.x));
    const int down = kSide / 2 - static_cast<int>(std::lround(centre.y));
    if (std::max(std::abs(right), std::abs(down)) < (kSide - kBox) / 2) return write_moved(canvas, right, down, image);
  }
}

}  // namespace

Dataset draw_digits(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                    const std::function<void(std::int64_t done)>& progress) {
  if (count < 0 || count > kMostDigits) {
    throw Error("[digits] " + std::to_string(count) + " images: between 0 and " + std::to_string(kMostDigits) +
                " can be drawn");
  }
  Dataset data;
  data.name = "digits";
  data.height = data.width = kSide;
  data.classes = 10;
  data.labels.resize(static_cast<std::size_t>(count));
  data.pixels.resize(static_cast<std::size_t>(count) * kSide * kSide);
  const std::uint64_t image_seed = Rng(seed, kDigitStream + stream).next();
  const std::uint64_t label_seed = Rng(seed, kLabelStream + stream).next();
  std::int64_t done = 0;
  std::mutex mutex;
  constexpr std::int64_t kGrain = 500;
  parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    std::array<std::int64_t, 10> labels{};
    for (std::int64_t i = begin; i < end; ++i) {
      // Each ten images hold each digit once: shares are equal, and no label depends on how many images there are.
      if (i == begin || i % 10 == 0) {
        for (std::int64_t digit = 0; digit < 10; ++digit) labels[static_cast<std::size_t>(digit)] = digit;
        Rng(label_seed, static_cast<std::uint64_t>(i / 10)).shuffle(labels);
      }
      const auto index = static_cast<std::size_t>(i);
      data.labels[index] = static_cast<std::uint8_t>(labels[index % 10]);
      Rng rng(image_seed, static_cast<std::uint64_t>(i));
      draw(data.labels[index], rng, std::span(data.pixels).subspan(index * kSide * kSide, kSide * kSide));
      if (progress && (i + 1 == end || (i + 1) % kGrain == 0)) {
        const std::scoped_lock lock(mutex);
        done += (i % kGrain) + 1;
        progress(done);
      }
    }
  });
  return data;
}

void make_digits(const std::filesystem::path& directory, const DigitsOptions& options,
                 const std::function<void(std::int64_t done, std::int64_t total)>& progress) {
  if (options.train < 1 || options.test < 1) {
    throw Error("[digits] " + std::to_string(options.train) + " training and " + std::to_string(options.test) +
                " test images: at least one of each is needed");
  }
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw Error(directory.string() + ": the directory cannot be made: " + error.message());
  const auto make = [&](const std::string& name, std::int64_t count, std::int64_t before, std::uint64_t stream) {
    Dataset data = draw_digits(count, options.seed, stream, [&](std::int64_t done) {
      if (progress) progress(before + done, options.train + options.test);
    });
    write_idx(directory / (name + "-images-idx3-ubyte.gz"), {{count, kSide, kSide}, std::move(data.pixels)});
    write_idx(directory / (name + "-labels-idx1-ubyte.gz"), {{count}, std::move(data.labels)});
  };
  make("train", options.train, 0, 0);
  make("t10k", options.test, options.train, 1);
}

}  // namespace tinytorch
