#include "base/logging.h"

#include <algorithm>
#include <ctime>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "base/clock.h"
#include "base/utf8.h"

namespace sparsweep::base {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view LevelName(LogLevel level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<int>(level)];
}

struct Settings {
  Settings() : logger("sparsweep", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::info);
    logger.flush_on(spdlog::level::trace);
  }
  spdlog::logger logger;
  std::string program = "sparsweep";
  LogFormat format = LogFormat::kLogfmt;
};

Settings& Current() {
  static auto* settings = new Settings();  // never destroyed: threads may log until the very end
  return *settings;
}

// "2024-05-01T12:00:00.123Z"
std::string TimeText(int64_t wall_micros) {
  const time_t seconds = wall_micros / 1'000'000;
  tm parts{};
  gmtime_r(&seconds, &parts);
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                         parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                         wall_micros / 1000 % 1000);
}

// Quotes by the rules of JSON, which are those of logfmt's quoted values too.
std::string Quoted(std::string_view raw) {
  std::string text = "\"";
  for (const char c : ValidUtf8(raw)) {
    switch (c) {
      case '"':
        text += "\\\"";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\t':
        text += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          absl::StrAppendFormat(&text, "\\u%04x", c);
        } else {
          text += c;
        }
    }
  }
  return text + "\"";
}

bool CanStandBare(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '=';
  });
}

}  // namespace

std::string FormatLogRecord(LogFormat format, std::string_view program, LogLevel level,
                            int64_t wall_micros, std::string_view message, LogFields fields) {
  const bool json = format == LogFormat::kJson;
  std::string record;
  const auto add = [&](std::string_view name, std::string_view value, bool quote) {
    if (!record.empty()) record += json ? "," : " ";
    if (json) {
      record += Quoted(name);
    } else {
      record += name;
    }
    record += json ? ":" : "=";
    record += json || quote || !CanStandBare(value) ? Quoted(value) : std::string(value);
  };
  add("time", TimeText(wall_micros), false);
  add("level", LevelName(level), false);
  add("program", program, false);
  add("msg", message, true);
  for (const auto& [name, value] : fields) add(name, value, false);
  return json ? "{" + record + "}" : record;
}

void InitLogging(std::string_view program, LogLevel level, LogFormat format) {
  Current().program = program;
  Current().format = format;
  Current().logger.set_level(ToSpdlog(level));
}

absl::Status ParseLogLevel(std::string_view name, LogLevel* level) {
  for (const LogLevel known :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    if (LevelName(known) == name) {
      *level = known;
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("log level \"", std::string(name), "\": use debug, info, warning or error"));
}

void Log(LogLevel level, std::string_view message, LogFields fields) {
  Settings& settings = Current();
  if (!settings.logger.should_log(ToSpdlog(level))) return;
  const std::string record = FormatLogRecord(settings.format, settings.program, level,
                                             SystemClock().WallMicros(), message, fields);
  settings.logger.log(ToSpdlog(level), spdlog::string_view_t(record.data(), record.size()));
}

}  // namespace sparsweep::base
