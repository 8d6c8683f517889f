#include "dashboard_api/http_target.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace sparsweep::dashboard_api {
namespace {

int HexDigit(char c) {
  if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return -1;
  return c <= '9' ? c - '0' : absl::ascii_tolower(static_cast<unsigned char>(c)) - 'a' + 10;
}

std::optional<std::string> Decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

}  // namespace

std::optional<HttpTarget> ParseHttpTarget(std::string_view target) {
  if (!target.starts_with('/')) return std::nullopt;
  const size_t question = target.find('?');
  HttpTarget parsed;
  parsed.path = std::string(target.substr(0, question));
  if (parsed.path != "/") {
    for (const std::string& segment :
         std::vector<std::string>(absl::StrSplit(parsed.path.substr(1), '/'))) {
      auto decoded = Decode(segment, /*plus_is_space=*/false);
      if (!decoded) return std::nullopt;
      parsed.segments.push_back(std::move(*decoded));
    }
  }
  if (question != std::string_view::npos) {
    for (const std::string& pair :
         std::vector<std::string>(absl::StrSplit(std::string(target.substr(question + 1)), '&'))) {
      const size_t equals = std::min(pair.find('='), pair.size());
      auto name = Decode(pair.substr(0, equals), /*plus_is_space=*/true);
      auto value = Decode(pair.substr(std::min(equals + 1, pair.size())), /*plus_is_space=*/true);
      if (!name || !value) return std::nullopt;
      parsed.query[std::move(*name)] = std::move(*value);
    }
  }
  return parsed;
}

}  // namespace sparsweep::dashboard_api
