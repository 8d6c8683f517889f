#include "tests/trainer/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

namespace sparsweep::test {
namespace {

constexpr std::chrono::minutes kDeadline{2};
constexpr std::chrono::milliseconds kPause{2};

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void RedirectTo(const std::string& path, int descriptor) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || dup2(file, descriptor) < 0) _exit(120);
}

}  // namespace

ChildProcess::ChildProcess(const std::string& folder, const std::vector<std::string>& arguments,
                           Limits limits)
    : folder_(folder) {
  std::vector<std::string> words{std::string(SPARSWEEP_BINARY_DIR) + "/sparsweep-trainer"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  pid_ = fork();
  if (pid_ < 0) std::abort();
  if (pid_ == 0) {
    dup2(ends[0], STDIN_FILENO);
    RedirectTo(folder_ + "/stdout", STDOUT_FILENO);
    RedirectTo(folder_ + "/stderr", STDERR_FILENO);
    if (limits.file_bytes) {
      const rlimit limit{*limits.file_bytes, *limits.file_bytes};
      setrlimit(RLIMIT_FSIZE, &limit);
      signal(SIGXFSZ, SIG_IGN);
    }
    execv(argv[0], argv.data());
    _exit(121);
  }
  close(ends[0]);
  stdin_ = ends[1];
}

ChildProcess::~ChildProcess() {
  CloseStdin();
  if (!Ended()) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

void ChildProcess::Signal(int signal_number) const {
  if (!code_) kill(pid_, signal_number);
}

void ChildProcess::WriteStdin(std::string_view text) const {
  if (write(stdin_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
}

void ChildProcess::CloseStdin() {
  if (stdin_ >= 0) close(std::exchange(stdin_, -1));
}

int ChildProcess::Wait() {
  RunUntil([] { return false; });
  return code_.value_or(-1);
}

bool ChildProcess::RunUntil(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (std::chrono::steady_clock::now() < deadline) {
    if (done()) return true;
    if (Ended()) return done();
    std::this_thread::sleep_for(kPause);
  }
  return false;
}

std::string ChildProcess::Stdout() const { return ReadAll(folder_ + "/stdout"); }
std::string ChildProcess::Stderr() const { return ReadAll(folder_ + "/stderr"); }

bool ChildProcess::Ended() {
  if (code_) return true;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

}  // namespace sparsweep::test
