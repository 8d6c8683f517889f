// The files of page/, embedded into the binary at build time (embed_page.cmake).
#pragma once

#include <string_view>

namespace sparsweep::dashboard_api {

struct PageAsset {
  std::string_view content_type;
  std::string_view bytes;  // lives as long as the program
};

// By file name ("index.html"); null when there is no such file.
[[nodiscard]] const PageAsset* FindPageAsset(std::string_view name);

}  // namespace sparsweep::dashboard_api
