// Accepts connections and answers their requests, each in a coroutine of its own. Private to
// http_server.
#pragma once

#include "dashboard_api/http_routes.h"
#include "dashboard_api/http_server.h"

namespace boost::asio {
class io_context;
}

namespace sparsweep::dashboard_api {

// Takes the socket over and begins to accept, until `io` stops; returns at once. What is under way
// is ended by the destruction of `io`; `routes` outlives it.
void ServeConnections(boost::asio::io_context& io, int listening_socket, const HttpOptions& options,
                      const HttpRoutes& routes);

}  // namespace sparsweep::dashboard_api
