#include "tinytorch/cli/application.h"

int main(int argc, char** argv) {
  using namespace tinytorch::cli;
  return run_application({"TinyTorch: a small deep-learning framework in C++",
                          "`tt COMMAND --help` tells a command's options, with examples. Begin with `tt demo`.",
                          {add_demo, add_train, add_eval, add_predict, add_quantize, add_analyze, add_compare,
                           add_sensitivity, add_bench, add_info, add_data, add_doctor}},
                         argc, argv);
}
