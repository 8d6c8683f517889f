// Accepts connections and answers their requests, each in a coroutine of its own. Private to
// http_server.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "dashboard_api/http_routes.h"
#include "dashboard_api/http_server.h"

namespace sparsweep::dashboard_api {

// Begins to accept, until the acceptor's io_context stops; returns at once. What is under way is
// ended by the io_context's destruction; `routes` outlives it.
void ServeConnections(boost::asio::ip::tcp::acceptor acceptor, const HttpOptions& options,
                      const HttpRoutes& routes);

}  // namespace sparsweep::dashboard_api
