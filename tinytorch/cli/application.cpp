#include "tinytorch/cli/application.h"

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tinytorch/base/error.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/cli/build_info.h"
#include "tinytorch/cli/terminal.h"

namespace tinytorch::cli {

void add_common(CLI::App& command, Common& common, const std::string& examples) {
  command.add_flag("--json", common.json, "Print one JSON object on standard output");
  command.add_flag("--quiet", common.quiet, "Print results and errors only");
  command.add_option("--threads", common.threads, "Threads to compute with; results do not depend on it [all cores]")
      ->check(CLI::Range(1, 1024));
  command.footer("Examples:\n" + examples);
}

void add_seed(CLI::App& command, std::uint64_t& seed) {
  command.add_option("--seed", seed, "Where random numbers start; the same seed gives the same bytes")
      ->capture_default_str();
}

namespace {

constexpr int kFailed = 2, kUnexpected = 3, kClosedPipe = 128 + SIGPIPE;

bool reader_went_away() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

/// With --mine: which exercise is in the way, and what to do.
void say_blocked(const NotImplemented& todo) {
  const std::string& label = todo.exercise();
  std::cerr << "error: blocked by " << label << ": not attempted\n  Write it, then: " << program_name() << " check "
            << label.substr(label.rfind(' ') + 1) << '\n';
}

/// An exercise may be called from a function that lets no exception through, or on another thread.
[[noreturn]] void on_terminate() {
  if (const std::exception_ptr current = std::current_exception()) {
    try {
      std::rethrow_exception(current);
    } catch (const NotImplemented& todo) {
      say_blocked(todo);
      std::_Exit(kFailed);
    } catch (...) {  // as if there were no handler
    }
  }
  std::abort();
}

int run(const Application& application, int argc, char** argv) {
  CLI::App app(application.description, "tt");
  app.set_version_flag("--version", "tinytorch " TINYTORCH_VERSION);
  app.require_subcommand(1);
  app.footer(application.footer);
  Common common;
  for (const AddCommand add : application.commands)
    add(app, common);
  if (argc == 1) {
    std::cout << app.help();
    return 0;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);  // --help and --version
  } catch (const CLI::ParseError& wrong) {
    const bool unknown = app.get_subcommands().empty() && argv[1][0] != '-';
    std::cerr << "error: " << (unknown ? "there is no command " + std::string(argv[1]) : wrong.what()) << '\n';
    const CLI::App* command = &app;
    std::string name = "tt";
    while (!command->get_subcommands().empty()) {
      command = command->get_subcommands().front();
      name += " " + command->get_name();
    }
    std::cerr << "`" << name << " --help` tells what it takes\n";
    return kFailed;
  }
  if (common.threads > 0) set_thread_count(common.threads);
  const int code = common.action();
  if (std::cout.flush()) return code;
  if (reader_went_away()) return kClosedPipe;  // as `head` leaves it: no error worth a message
  throw Error("standard output cannot be written");
}

}  // namespace

int run_application(const Application& application, int argc, char** argv) {
  // A file that grows over its limit, or a reader that went away, is an error of that write and not the end of the
  // program: `tt train | head` still trains and saves.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  std::set_terminate(on_terminate);
  try {
    return run(application, argc, argv);
  } catch (const NotImplemented& todo) {
    say_blocked(todo);
    return kFailed;
  } catch (const Error& error) {
    std::cerr << "error: " << error.what() << '\n';
    return kFailed;
  } catch (const std::filesystem::filesystem_error& error) {
    std::cerr << "error: " << error.what() << '\n';
    return kFailed;
  } catch (const std::exception& error) {
    std::cerr << "unexpected error: " << error.what() << '\n';
    return kUnexpected;
  }
}

}  // namespace tinytorch::cli
