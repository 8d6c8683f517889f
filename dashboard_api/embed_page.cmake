# cmake -DOUT=page_assets.cpp -DFILES=a;b -P embed_page.cmake: turns the page's files into a C++ source.
set(types_html "text/html; charset=utf-8")
set(types_js "text/javascript; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_svg "image/svg+xml")

set(arrays "")
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  get_filename_component(extension "${file}" LAST_EXT)
  string(SUBSTRING "${extension}" 1 -1 extension)
  if(NOT DEFINED types_${extension})
    message(FATAL_ERROR "${file}: no content type for .${extension}; add it to embed_page.cmake")
  endif()
  string(MAKE_C_IDENTIFIER "k_${name}" symbol)
  file(READ "${file}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "constexpr char ${symbol}[] = {${bytes}0};\n")
  string(APPEND entries
         "      {\"${name}\", {\"${types_${extension}}\", std::string_view(${symbol}, ${size})}},\n")
endforeach()
file(WRITE "${OUT}" "#include \"dashboard_api/page_assets.h\"

#include <map>

namespace sparsweep::dashboard_api {
namespace {
${arrays}}  // namespace

const PageAsset* FindPageAsset(std::string_view name) {
  static const std::map<std::string_view, PageAsset> assets = {
${entries}  };
  const auto found = assets.find(name);
  return found == assets.end() ? nullptr : &found->second;
}

}  // namespace sparsweep::dashboard_api
")
