#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tinytorch/cli/terminal.h"
#include "tinytorch/io/model.h"

namespace tinytorch::cli {

/// Probabilities of the classes for one image.
/// @throws Error if the model takes images of another size.
std::vector<float> predict_probabilities(const Model& model, std::span<const std::uint8_t> pixels);

/// An image of a data set: "42", "test:42", "train:42".
struct ImageReference {
  std::string split = "test";
  std::int64_t index = 0;
};
std::optional<ImageReference> parse_image_reference(std::string_view text);  ///< nothing if it is not one

/// The image beside its probabilities, under a title.
void show_prediction(Terminal& terminal, const std::string& title, std::span<const std::uint8_t> pixels,
                     std::int64_t width, const std::vector<float>& probabilities);

}  // namespace tinytorch::cli
