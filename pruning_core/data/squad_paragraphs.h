// Walks through a SQuAD file without holding all of its JSON. For .cpp files: it names a JSON type.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "pruning_core/data/data_source.h"

namespace sparsweep::core {

// Called with the place ("data[3].paragraphs[2]") and the object, cut down to the keys that a
// reader needs. False: enough.
using ParagraphVisitor =
    std::function<bool(const std::string& place, const nlohmann::json& paragraph)>;

// Calls `visit` for every paragraph in order. Throws UserError (DATA_MALFORMED) where the file is
// not JSON, nests deeper than 16, or has something other than an object with data, paragraphs; and
// whatever `visit` throws.
void VisitSquadParagraphs(std::string_view bytes, const DataSource& source,
                          const ParagraphVisitor& visit);

}  // namespace sparsweep::core
