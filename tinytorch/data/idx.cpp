#include "tinytorch/data/idx.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"

namespace tinytorch {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, and 16 for the gzip format
constexpr std::size_t kPiece = std::size_t{1} << 18;

bool is_gzip(std::span<const std::uint8_t> bytes) { return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b; }

void gzip(std::span<const std::uint8_t> bytes, bool last, z_stream& stream, const ByteSink& sink) {
  std::vector<std::uint8_t> out(kPiece);
  do {
    const std::size_t step = std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max());
    stream.next_in = const_cast<Bytef*>(bytes.data());  // zlib only reads it
    stream.avail_in = static_cast<uInt>(step);
    bytes = bytes.subspan(step);
    do {
      stream.next_out = out.data();
      stream.avail_out = static_cast<uInt>(out.size());
      deflate(&stream, last && bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
      sink(std::span(out.data(), out.size() - stream.avail_out));
    } while (stream.avail_out == 0);
  } while (!bytes.empty());
}

}  // namespace

std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, std::uint64_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) throw Error("[gunzip] zlib has no memory left");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);

  std::vector<std::uint8_t> out;
  std::size_t read = 0, written = 0;
  const auto fail = [&](const std::string& what) {
    throw Error("[gunzip] byte " + std::to_string(read) + ": " + what);
  };
  while (true) {
    // One byte above the limit is enough to know that there is more.
    if (written == out.size()) {
      const std::uint64_t wanted = std::max<std::uint64_t>(kPiece, written * 2);
      out.resize(static_cast<std::size_t>(std::min(wanted - 1, limit) + 1));
    }
    const std::size_t in = std::min<std::size_t>(bytes.size() - read, std::numeric_limits<uInt>::max());
    const std::size_t room = std::min<std::size_t>(out.size() - written, std::numeric_limits<uInt>::max());
    stream.next_in = const_cast<Bytef*>(bytes.data() + read);
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = out.data() + written;
    stream.avail_out = static_cast<uInt>(room);
    const int state = inflate(&stream, Z_NO_FLUSH);
    read += in - stream.avail_in;
    written += room - stream.avail_out;
    if (written > limit) fail("inflates to more than the limit of " + std::to_string(limit) + " bytes");
    if (state == Z_STREAM_END) {
      if (read == bytes.size()) break;
      inflateReset(&stream);  // the format allows several members, one after the other
    } else if (state == Z_MEM_ERROR) {
      fail("zlib has no memory left");
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
      fail(std::string("the gzip data is damaged (") + (stream.msg ? stream.msg : "a dictionary is missing") + ")");
    } else if (read == bytes.size() && stream.avail_out != 0) {
      fail("the gzip data is cut short");
    }
  }
  out.resize(written);
  return out;
}

IdxArray read_idx(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = read_file(path);
  try {
    return is_gzip(bytes) ? parse_idx(gunzip(bytes)) : parse_idx(bytes);
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
}

void write_idx(const std::filesystem::path& path, const IdxArray& array) {
  const auto fail = [&](const std::string& what) {
    throw Error("[write_idx] " + path.string() + ": shape " + to_string(array.shape) + " " + what);
  };
  if (array.shape.size() > 255) fail("has more axes than the 255 that the format allows");
  std::vector<std::uint8_t> header{0, 0, 8, static_cast<std::uint8_t>(array.shape.size())};
  for (const std::int64_t size : array.shape) {
    if (size < 0 || size > std::numeric_limits<std::uint32_t>::max()) fail("has a size that 32 bits cannot hold");
    for (int shift = 24; shift >= 0; shift -= 8) header.push_back(static_cast<std::uint8_t>(size >> shift));
  }
  if (static_cast<std::uint64_t>(element_count(array.shape)) != array.values.size()) {
    fail("does not hold " + std::to_string(array.values.size()) + " values");
  }
  write_file(path, [&](const ByteSink& sink) {
    if (path.extension() != ".gz") {
      sink(header);
      sink(array.values);
      return;
    }
    z_stream stream{};  // zlib's own header has no name and no time: equal arrays give equal bytes
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw Error("[write_idx] " + path.string() + ": zlib has no memory left");
    }
    const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, deflateEnd);
    gzip(header, false, stream, sink);
    gzip(array.values, true, stream, sink);
  });
}

}  // namespace tinytorch
