// Serves the page with invented values until its standard input ends.
//
//   page_demo [demo|empty] [address]      prints the address to open, with the token
#include <iostream>
#include <memory>
#include <string>

#include "dashboard_api/http_server.h"
#include "store/store_statistics.h"
#include "tests/dashboard_api/demo_snapshot.h"

int main(int argc, char** argv) {
  namespace dashboard_api = sparsweep::dashboard_api;
  const std::string scene = argc > 1 ? argv[1] : "demo";
  dashboard_api::HttpOptions options;
  if (argc > 2) options.address = argv[2];
  options.token = "demo-token";

  dashboard_api::SnapshotBoard board;
  sparsweep::test::MemoryMetrics curves;
  auto snapshot = sparsweep::test::DemoSnapshot();
  if (scene == "empty") {
    auto empty = std::make_shared<dashboard_api::Snapshot>();
    empty->serving = true;
    snapshot = empty;
  }
  sparsweep::test::FillDemoMetrics(*snapshot, curves);
  board.Publish(snapshot);

  const dashboard_api::MetricsPage metrics(board,
                                           [] { return sparsweep::store::StoreStatistics{}; });
  const auto server = dashboard_api::HttpServer::Start(options, board, curves, metrics);
  if (!server.ok()) {
    std::cerr << server.status().message() << "\n";
    return 1;
  }
  std::cout << (*server)->url() << "/?token=" << options.token << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
}
