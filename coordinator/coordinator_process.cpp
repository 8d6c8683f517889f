#include "coordinator/coordinator_process.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/event_loop.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/rpc/server.h"
#include "base/status.h"
#include "base/version.h"
#include "coordinator/coordinator_core/coordinator_core.h"
#include "coordinator/endpoint_file.h"
#include "coordinator/rpc/services.h"
#include "dashboard_api/http_server.h"
#include "dashboard_api/metrics_page.h"
#include "store/mask_store.h"
#include "store/metric_reader.h"
#include "store/store.h"

namespace sparsweep::coordinator {
namespace {

constexpr std::chrono::seconds kGrace{5};
constexpr uint64_t kMaxTokenBytes = 4096;

absl::Status MakeFolder(const std::string& path) {
  std::error_code ignored;  // mkdir names what is wrong
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  return base::ErrnoStatus(errno, absl::StrCat("cannot create ", path));
}

absl::StatusOr<std::string> PageToken(const std::string& file) {
  if (file.empty()) return base::NewToken();
  auto text = base::ReadFile(file, kMaxTokenBytes);
  if (!text.ok()) return text.status();
  const std::string token(absl::StripAsciiWhitespace(*text));
  if (token.size() < 16) {
    return absl::InvalidArgumentError(
        absl::StrCat("--http-token-file: the token in ", file, " has fewer than 16 characters"));
  }
  return token;
}

}  // namespace

struct CoordinatorProcess::Parts {
  explicit Parts(const Options& the_options) : options(the_options) {}
  ~Parts();
  absl::Status OpenStores();
  absl::Status Listen();
  absl::Status Serve();
  void ServingChanged(bool serving);
  void Tick();
  void Stop();

  const Options options;
  base::EventLoop loop;
  dashboard_api::SnapshotBoard board;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::MaskStore> masks;
  std::unique_ptr<store::MetricReader> metrics;
  std::unique_ptr<CoordinatorCore> core;
  std::unique_ptr<rpc::Services> services;
  std::unique_ptr<base::rpc::Server> server;
  std::optional<dashboard_api::MetricsPage> metrics_page;
  std::unique_ptr<dashboard_api::HttpServer> http;
  std::optional<EndpointFile> endpoint_file;
  std::thread stopping;
};

// A start that failed half-way may have let calls in already.
CoordinatorProcess::Parts::~Parts() {
  if (server == nullptr) return;
  Stop();
  loop.Run();
  stopping.join();
}

absl::Status CoordinatorProcess::Parts::OpenStores() {
  for (const char* folder : {"", "/run", "/uploads"}) {
    if (absl::Status made = MakeFolder(options.data + folder); !made.ok()) return made;
  }
  const std::string path = options.data + "/sparsweep.db";
  auto opened = store::OpenSqliteStore({.path = path, .holder = "sparsweep-coordinator"}, loop);
  if (!opened.ok()) return opened.status();
  store = *std::move(opened);
  auto opened_masks = store::OpenMaskStore(options.data + "/masks.db");
  if (!opened_masks.ok()) return opened_masks.status();
  masks = *std::move(opened_masks);
  auto opened_metrics = store::OpenMetricReader(path);
  if (!opened_metrics.ok()) return opened_metrics.status();
  metrics = *std::move(opened_metrics);
  return absl::OkStatus();
}

absl::Status CoordinatorProcess::Parts::Listen() {
  core = std::make_unique<CoordinatorCore>(CoreOptions{options.lease_duration}, base::SystemClock(),
                                           *store, board);
  services = std::make_unique<rpc::Services>(
      rpc::ServiceDeps{*core, loop, board, *metrics, *masks, options.data + "/uploads"});
  auto started = base::rpc::Server::Start(options.listen, options.insecure, services->all());
  if (!started.ok()) return started.status();
  server = *std::move(started);
  ServingChanged(false);
  for (const std::string& name : rpc::Services::ReadingNames()) server->SetServing(name, false);
  return absl::OkStatus();
}

absl::Status CoordinatorProcess::Parts::Serve() {
  auto token = PageToken(options.http_token_file);
  if (!token.ok()) return token.status();
  metrics_page.emplace(board, [this] {
    store::StoreStatistics statistics = store->Statistics();
    statistics.mask_database_bytes = masks->Bytes();
    return statistics;
  });
  auto page = dashboard_api::HttpServer::Start(
      {.address = options.http, .insecure = options.insecure, .token = *token}, board, *metrics,
      *metrics_page);
  if (!page.ok()) return page.status();
  http = *std::move(page);
  if (absl::Status loaded = core->Open([this](bool serving) { ServingChanged(serving); });
      !loaded.ok()) {
    return loaded;
  }
  for (const std::string& name : rpc::Services::ReadingNames()) server->SetServing(name, true);
  auto written =
      EndpointFile::Write(options.endpoint_file, {server->addresses(), http->url(), *token});
  if (!written.ok()) return written.status();
  endpoint_file.emplace(*std::move(written));
  base::LogInfo("serving", {{"version", base::kVersion},
                            {"data", options.data},
                            {"grpc", absl::StrJoin(server->addresses(), ",")},
                            {"http", http->url()}});
  return absl::OkStatus();
}

void CoordinatorProcess::Parts::ServingChanged(bool serving) {
  for (const std::string& name : rpc::Services::WritingNames()) server->SetServing(name, serving);
}

void CoordinatorProcess::Parts::Tick() {
  core->Tick();
  loop.After(CoordinatorCore::kTickInterval, [this] { Tick(); });
}

// The loop turns on while the server ends its calls, which wait for the loop.
void CoordinatorProcess::Parts::Stop() {
  if (stopping.joinable()) return;
  endpoint_file.reset();
  core->Shutdown();
  stopping = std::thread([this] {
    server->Shutdown(kGrace);
    loop.Stop();
  });
}

CoordinatorProcess::CoordinatorProcess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
CoordinatorProcess::~CoordinatorProcess() = default;

absl::StatusOr<std::unique_ptr<CoordinatorProcess>> CoordinatorProcess::Start(
    const Options& options) {
  auto parts = std::make_unique<Parts>(options);
  if (absl::Status status = parts->OpenStores(); !status.ok()) return status;
  if (absl::Status status = parts->Listen(); !status.ok()) return status;
  if (absl::Status status = parts->Serve(); !status.ok()) return status;
  return std::unique_ptr<CoordinatorProcess>(new CoordinatorProcess(std::move(parts)));
}

void CoordinatorProcess::Run() {
  Parts& parts = *parts_;
  parts.loop.OnSignals({SIGTERM, SIGINT}, [&parts](int signal) {
    base::LogInfo("stopping", {{"signal", std::to_string(signal)}});
    parts.Stop();
  });
  if (parts.options.exit_on_stdin_eof) {
    parts.loop.Watch(STDIN_FILENO, [&parts] {
      char ignored[256];
      if (read(STDIN_FILENO, ignored, sizeof(ignored)) > 0) return;
      parts.loop.Unwatch(STDIN_FILENO);
      base::LogInfo("stopping", {{"reason", "standard input ended"}});
      parts.Stop();
    });
  }
  parts.Tick();
  parts.loop.Run();
  parts.stopping.join();
  parts.server.reset();
}

}  // namespace sparsweep::coordinator
