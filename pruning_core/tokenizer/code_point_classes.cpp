#include "pruning_core/tokenizer/code_point_classes.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>
#include <stdexcept>

namespace sparsweep::core {
namespace {

constexpr uint8_t kCategoryVersion = 8;
constexpr uint8_t kNormalizationVersion = 9;
constexpr char32_t kFirstThatDecomposes = 0xC0;

bool AssignedBy(uint8_t unicode, char32_t c) {
  UVersionInfo version;
  u_charAge(static_cast<UChar32>(c), version);
  return version[0] <= unicode;
}

const icu::Normalizer2& Nfd() {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(error);
  if (!nfd) throw std::runtime_error("ICU has no NFD data");
  return *nfd;
}

uint32_t Category(char32_t c) {
  switch (c) {  // what these were in Unicode 8.0
    case 0x1734:
      return U_GC_MN_MASK;
    case 0x166D:
    case 0x111C9:
      return U_GC_PO_MASK;
    case 0x1885:
    case 0x1886:
      return U_GC_LO_MASK;
    case 0xA9BD:
      return U_GC_MC_MASK;
    default:
      return AssignedBy(kCategoryVersion, c) ? U_GET_GC_MASK(static_cast<UChar32>(c))
                                             : U_GC_CN_MASK;
  }
}

// Upper-case letters of Unicode 16 and 17: first, last, distance to the lower-case letter.
struct LaterCase {
  char32_t first;
  char32_t last;
  int32_t distance;
};
constexpr std::array<LaterCase, 10> kLaterCases{{{0x1C89, 0x1C89, 1},
                                                 {0xA7CB, 0xA7CB, 0x264 - 0xA7CB},
                                                 {0xA7CC, 0xA7CC, 1},
                                                 {0xA7CE, 0xA7CE, 1},
                                                 {0xA7D2, 0xA7D2, 1},
                                                 {0xA7D4, 0xA7D4, 1},
                                                 {0xA7DA, 0xA7DA, 1},
                                                 {0xA7DC, 0xA7DC, 0x19B - 0xA7DC},
                                                 {0x10D50, 0x10D65, 0x20},
                                                 {0x16EA0, 0x16EB8, 0x1B}}};

}  // namespace

bool IsBertControl(char32_t c) {
  if (c < 0x80) return (c < 0x20 && c != U'\t' && c != U'\n' && c != U'\r') || c == 0x7F;
  return (Category(c) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK)) != 0;
}

bool IsBertWhiteSpace(char32_t c) {
  if (c < 0x80) return c == U' ' || (c >= U'\t' && c <= U'\r');
  return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

bool IsBertPunctuation(char32_t c) {
  if (c < 0x80) {
    return (c >= U'!' && c <= U'/') || (c >= U':' && c <= U'@') || (c >= U'[' && c <= U'`') ||
           (c >= U'{' && c <= U'~');
  }
  return (Category(c) & U_GC_P_MASK) != 0;
}

bool IsNonSpacingMark(char32_t c) { return c >= 0x300 && Category(c) == U_GC_MN_MASK; }

bool IsCjkIdeograph(char32_t c) {
  if (c < 0x3400) return false;
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F) ||
         (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

bool MayDecompose(char32_t c) {
  return c >= kFirstThatDecomposes && !Nfd().isInert(static_cast<UChar32>(c));
}

std::u32string Decomposition(char32_t c) {
  icu::UnicodeString parts;
  const bool whole = !AssignedBy(kNormalizationVersion, c) ||
                     !Nfd().getDecomposition(static_cast<UChar32>(c), parts);
  if (whole) return {c};
  std::u32string decomposition;
  for (int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
    decomposition.push_back(static_cast<char32_t>(parts.char32At(i)));
  }
  return decomposition;
}

uint8_t CombiningClass(char32_t c) {
  if (!MayDecompose(c) || !AssignedBy(kNormalizationVersion, c)) return 0;
  return Nfd().getCombiningClass(static_cast<UChar32>(c));
}

char32_t ToLower(char32_t c) {
  if (c < 0x80) return c >= U'A' && c <= U'Z' ? c + 0x20 : c;
  for (const LaterCase& later : kLaterCases) {
    if (c >= later.first && c <= later.last) {
      return static_cast<char32_t>(static_cast<int32_t>(c) + later.distance);
    }
  }
  return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
}

}  // namespace sparsweep::core
