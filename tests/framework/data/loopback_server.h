#pragma once
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tinytorch/base/error.h"

namespace tinytorch::testing {

/// An HTTP server on 127.0.0.1 that serves files from memory, one request at a time, and misbehaves on demand.
class LoopbackServer {
 public:
  struct Behaviour {
    std::optional<std::size_t> cut_after = {};  ///< bytes of the body, then the connection is closed
    bool stall = false;                         ///< instead of closing there, it is kept open and silent
    bool ignore_range = false;                  ///< answers 200 with the whole file
    bool length_header = true;
  };

  explicit LoopbackServer(std::map<std::string, std::string> files) : files_(std::move(files)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || ::bind(listener_, generic, length) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, generic, &length) != 0) {
      throw Error("no server on 127.0.0.1 can be started");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

  void behave(Behaviour behaviour) {
    const std::scoped_lock lock(mutex_);
    behaviour_ = behaviour;
  }
  void set_file(const std::string& name, const std::string& content) {
    const std::scoped_lock lock(mutex_);
    files_[name] = content;
  }
  /// Each request so far: "name" or "name from 123".
  std::vector<std::string> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  bool wait_readable(int fd) const {
    while (!stop_) {
      pollfd item{fd, POLLIN, 0};
      if (::poll(&item, 1, 20) > 0) return true;
    }
    return false;
  }

  void serve() {
    while (wait_readable(listener_)) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      answer(connection);
      ::close(connection);
    }
  }

  void answer(int connection) {
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      char buffer[2048];
      if (!wait_readable(connection)) return;
      const ssize_t got = ::recv(connection, buffer, sizeof buffer, 0);
      if (got <= 0) return;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    const std::string name = request.substr(5, request.find(' ', 5) - 5);  // after "GET /"
    std::size_t from = 0;
    if (const auto at = request.find("Range: bytes="); at != std::string::npos)
      from = std::stoul(request.substr(at + 13));

    std::string body, status = "200 OK";
    Behaviour behaviour;
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(name + (from > 0 ? " from " + std::to_string(from) : ""));
      behaviour = behaviour_;
      if (!files_.contains(name)) {
        status = "404 Not Found";
        body = "no such page";
      } else {
        body = files_[name];
      }
    }
    if (from > 0 && !behaviour.ignore_range && status[0] == '2') {
      status = from < body.size() ? "206 Partial Content" : "416 Range Not Satisfiable";
      body = from < body.size() ? body.substr(from) : "";
    }
    std::string head = "HTTP/1.1 " + status + "\r\nConnection: close\r\n";
    if (behaviour.length_header) head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    if (behaviour.cut_after) body.resize(std::min(body.size(), *behaviour.cut_after));
    send_all(connection, head + "\r\n" + body);
    if (behaviour.stall) wait_readable(connection);  // until the other side gives up
  }

  static void send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> files_;
  std::vector<std::string> requests_;
  Behaviour behaviour_;
  std::thread thread_;
};

}  // namespace tinytorch::testing
