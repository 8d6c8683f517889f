#include "pruning_core/data/squad_paragraphs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "fmt/format.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;
using Event = json::parse_event_t;

constexpr int kMaxDepth = 16;
// Depths of the JSON parser's events: an object's keys and values are one deeper than itself.
constexpr int kRoot = 0;
constexpr int kArticle = 2;
constexpr int kParagraph = 4;
constexpr std::array<std::string_view, 8> kNeeded{
    "context", "qas", "id", "question", "answers", "is_impossible", "text", "answer_start"};

struct Enough {};  // thrown through the parser, which cannot be stopped otherwise

// The parser's callback: false = the value is not kept.
class Walk {
 public:
  Walk(const DataSource& source, const ParagraphVisitor& visit) : source_(source), visit_(visit) {}

  bool operator()(int depth, Event event, json& parsed) {
    if (depth > kMaxDepth) Fail(fmt::format("nests deeper than {}", kMaxDepth));
    if (event == Event::key) return IsWanted(depth, parsed.get_ref<const std::string&>());
    if (depth > kRoot && !in_data_) return false;
    if (depth > kArticle && !in_paragraphs_) return false;
    const bool begins =
        event == Event::object_start || event == Event::array_start || event == Event::value;
    if (begins) RequireType(depth, event);
    if (depth == kArticle && event == Event::object_start) BeginArticle();
    if (depth == kParagraph && event == Event::object_start) ++paragraph_;
    if (event != Event::object_end) return true;
    if (depth == kArticle) EndArticle();
    if (depth == kParagraph && !visit_(ParagraphPlace(paragraph_), parsed)) throw Enough();
    return depth != kArticle && depth != kParagraph;
  }

  void RequireData() const {
    if (!has_data_) Fail("has no 'data'; give a SQuAD file");
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const {
    source_.Fail("DATA_MALFORMED", "", what);
  }

  bool IsWanted(int depth, const std::string& key) {
    if (depth == kRoot + 1) has_data_ |= in_data_ = key == "data";
    if (!in_data_) return false;
    if (depth == kArticle + 1) has_paragraphs_ |= in_paragraphs_ = key == "paragraphs";
    return depth <= kParagraph ? true : std::ranges::count(kNeeded, key) > 0;
  }

  // Objects and arrays take turns down to the paragraph.
  void RequireType(int depth, Event event) const {
    if (depth > kParagraph) return;
    const bool is_object = depth % 2 == 0;
    if (event == (is_object ? Event::object_start : Event::array_start)) return;
    Fail(fmt::format("{} is not {}; give a SQuAD file", Place(depth),
                     is_object ? "an object" : "a list"));
  }

  void BeginArticle() {
    ++article_;
    paragraph_ = -1;
    in_paragraphs_ = has_paragraphs_ = false;
  }
  void EndArticle() const {
    if (!has_paragraphs_) Fail(fmt::format("{} has no 'paragraphs'", ArticlePlace(article_)));
  }

  static std::string ArticlePlace(int64_t article) { return fmt::format("data[{}]", article); }
  [[nodiscard]] std::string ParagraphPlace(int64_t paragraph) const {
    return fmt::format("{}.paragraphs[{}]", ArticlePlace(article_), paragraph);
  }
  // Of what begins at `depth` and is not counted yet.
  [[nodiscard]] std::string Place(int depth) const {
    switch (depth) {
      case kRoot:
        return "the file";
      case kRoot + 1:
        return "data";
      case kArticle:
        return ArticlePlace(article_ + 1);
      case kArticle + 1:
        return ArticlePlace(article_) + ".paragraphs";
      default:
        return ParagraphPlace(paragraph_ + 1);
    }
  }

  const DataSource& source_;
  const ParagraphVisitor& visit_;
  bool in_data_ = false;  // the last key of the root was "data"
  bool has_data_ = false;
  bool in_paragraphs_ = false;  // the last key of the article was "paragraphs"
  bool has_paragraphs_ = false;
  int64_t article_ = -1;  // the last that began
  int64_t paragraph_ = -1;
};

}  // namespace

void VisitSquadParagraphs(std::string_view bytes, const DataSource& source,
                          const ParagraphVisitor& visit) {
  Walk walk(source, visit);
  try {
    const json rest = json::parse(bytes.begin(), bytes.end(), std::ref(walk));
  } catch (const Enough&) {
    return;
  } catch (const json::parse_error& error) {
    source.Fail("DATA_MALFORMED", std::to_string(error.byte),
                fmt::format("is not JSON at byte {}; get the file again", error.byte));
  } catch (const json::exception&) {  // a number beyond double
    source.Fail("DATA_MALFORMED", "", "has a number that is out of range; get the file again");
  }
  walk.RequireData();
}

}  // namespace sparsweep::core
