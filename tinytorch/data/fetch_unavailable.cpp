// Stands in for fetch.cpp where libcurl or OpenSSL was missing when the build was configured.
#include "tinytorch/base/error.h"
#include "tinytorch/data/fetch.h"

namespace tinytorch {
namespace {

[[noreturn]] void fail(const std::string& operation) {
  throw Error("[" + operation +
              "] this build has no libcurl or no OpenSSL: install libcurl4-openssl-dev and libssl-dev, " +
              "configure again and build");
}

}  // namespace

std::string sha256_hex(std::span<const std::uint8_t>) { fail("sha256"); }

void fetch(const RemoteDataset& source, const std::filesystem::path&,
           const std::function<void(const FetchProgress&)>&) {
  fail("fetch " + source.name);
}

}  // namespace tinytorch
