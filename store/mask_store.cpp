#include "store/mask_store.h"

#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "base/sha256.h"
#include "store/bit_codec.h"
#include "store/file_bytes.h"
#include "store/query.h"
#include "store/schema.h"

namespace sparsweep::store {
namespace {

std::string_view AsText(const std::vector<uint8_t>& bits) {
  return {reinterpret_cast<const char*>(bits.data()), bits.size()};
}

absl::StatusOr<std::optional<int64_t>> FindFile(Database& database, const std::string& file_hash) {
  Query query(database, "SELECT id FROM mask_files WHERE file_hash = ?", file_hash);
  const bool found = query.Next();
  if (!query.status().ok()) return query.status();
  return found ? std::optional(query.Int(0)) : std::nullopt;
}

absl::Status InsertContent(Database& database, const std::string& sha256,
                           const contract::MaskMatrix& matrix) {
  {
    Query known(database, "SELECT 1 FROM masks WHERE sha256 = ?", sha256);
    if (known.Next()) return absl::OkStatus();
    if (!known.status().ok()) return known.status();
  }
  const StoredBits stored = EncodeBits(matrix.bits);
  return Query(database,
               "INSERT INTO masks(sha256, bytes, xxh3, encoding, content) VALUES(?,?,?,?,?)",
               sha256, matrix.bits.size(), contract::ContentHash(AsText(matrix.bits)),
               stored.encoding, Blob{stored.content})
      .Run();
}

absl::StatusOr<int64_t> InsertFile(Database& database, const std::string& file_hash,
                                   const std::vector<contract::MaskMatrix>& matrices) {
  absl::Status inserted =
      Query(database, "INSERT INTO mask_files(file_hash) VALUES(?)", file_hash).Run();
  if (!inserted.ok()) return inserted;
  const auto file = FindFile(database, file_hash);
  if (!file.ok()) return file.status();
  for (size_t i = 0; i < matrices.size(); ++i) {
    const contract::MaskMatrix& matrix = matrices[i];
    const std::string sha256 = base::Sha256Hex(AsText(matrix.bits));
    if (absl::Status content = InsertContent(database, sha256, matrix); !content.ok()) {
      return content;
    }
    absl::Status row =
        Query(database,
              "INSERT INTO mask_file_matrices(file_id, position, name, rows, columns, ones, sha256)"
              " VALUES(?,?,?,?,?,?,?)",
              **file, i, matrix.name, matrix.rows, matrix.columns, matrix.Ones(), sha256)
            .Run();
    if (!row.ok()) return row;
  }
  return **file;
}

absl::Status Link(Database& database, int64_t trial_id, uint32_t attempt_number, int64_t file_id) {
  {
    Query linked(database,
                 "SELECT file_id FROM attempt_masks WHERE trial_id = ? AND attempt_number = ?",
                 trial_id, attempt_number);
    if (linked.Next()) {
      if (linked.Int(0) == file_id) return absl::OkStatus();
      return absl::FailedPreconditionError(
          absl::StrCat("attempt ", attempt_number, " of trial ", trial_id,
                       " has another mask file already; a mask is never replaced"));
    }
    if (!linked.status().ok()) return linked.status();
  }
  return Query(database,
               "INSERT INTO attempt_masks(trial_id, attempt_number, file_id) VALUES(?,?,?)",
               trial_id, attempt_number, file_id)
      .Run();
}

class SqliteMaskStore final : public MaskStore {
 public:
  explicit SqliteMaskStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::Status Put(int64_t trial_id, uint32_t attempt_number, const std::string& file_hash,
                   const std::vector<contract::MaskMatrix>& matrices) override {
    const std::lock_guard lock(mutex_);
    Transaction transaction(*database_);
    if (!transaction.status().ok()) return transaction.status();
    const auto known = FindFile(*database_, file_hash);
    if (!known.ok()) return known.status();
    const absl::StatusOr<int64_t> file = known->has_value()
                                             ? absl::StatusOr<int64_t>(**known)
                                             : InsertFile(*database_, file_hash, matrices);
    if (!file.ok()) return file.status();
    absl::Status linked = Link(*database_, trial_id, attempt_number, *file);
    return linked.ok() ? transaction.Commit() : linked;
  }

  absl::StatusOr<bool> Contains(const std::string& file_hash) override {
    const std::lock_guard lock(mutex_);
    const auto file = FindFile(*database_, file_hash);
    if (!file.ok()) return file.status();
    return file->has_value();
  }

  absl::Status Attach(int64_t trial_id, uint32_t attempt_number,
                      const std::string& file_hash) override {
    const std::lock_guard lock(mutex_);
    Transaction transaction(*database_);
    if (!transaction.status().ok()) return transaction.status();
    const auto file = FindFile(*database_, file_hash);
    if (!file.ok()) return file.status();
    if (!file->has_value()) {
      return absl::NotFoundError(absl::StrCat("no mask file ", file_hash, " is stored"));
    }
    absl::Status linked = Link(*database_, trial_id, attempt_number, **file);
    return linked.ok() ? transaction.Commit() : linked;
  }

  absl::StatusOr<std::vector<MaskMatrixRow>> Matrices(int64_t trial_id,
                                                      uint32_t attempt_number) override {
    const std::lock_guard lock(mutex_);
    Query query(*database_,
                "SELECT m.name, m.rows, m.columns, m.ones, c.xxh3 FROM attempt_masks a"
                " JOIN mask_file_matrices m ON m.file_id = a.file_id"
                " JOIN masks c ON c.sha256 = m.sha256"
                " WHERE a.trial_id = ? AND a.attempt_number = ? ORDER BY m.position",
                trial_id, attempt_number);
    std::vector<MaskMatrixRow> rows;
    while (query.Next()) {
      rows.push_back({.name = query.Text(0),
                      .rows = query.Int(1),
                      .columns = query.Int(2),
                      .ones = query.Int(3),
                      .hash = query.Text(4)});
    }
    if (!query.status().ok()) return query.status();
    if (rows.empty()) return NoMask(trial_id, attempt_number);
    return rows;
  }

  absl::StatusOr<contract::MaskMatrix> Get(int64_t trial_id, uint32_t attempt_number,
                                           const std::string& matrix) override {
    const std::lock_guard lock(mutex_);
    Query query(*database_,
                "SELECT m.rows, m.columns, m.ones, c.bytes, c.xxh3, c.encoding, c.content"
                " FROM attempt_masks a JOIN mask_file_matrices m ON m.file_id = a.file_id"
                " JOIN masks c ON c.sha256 = m.sha256"
                " WHERE a.trial_id = ? AND a.attempt_number = ? AND m.name = ?",
                trial_id, attempt_number, matrix);
    const bool found = query.Next();
    if (!query.status().ok()) return query.status();
    if (!found) return NoMask(trial_id, attempt_number);
    auto bits = DecodeBits({query.Text(5), query.Text(6)}, static_cast<uint64_t>(query.Int(3)));
    contract::MaskMatrix result{
        .name = matrix, .rows = query.Int(0), .columns = query.Int(1), .bits = {}};
    const bool decoded = bits.ok();
    if (decoded) result.bits = *std::move(bits);
    if (!decoded || contract::ContentHash(AsText(result.bits)) != query.Text(4) ||
        result.Ones() != query.Int(2)) {
      return absl::DataLossError(absl::StrCat(database_->path(), ": matrix ", matrix,
                                              " of attempt ", attempt_number, " of trial ",
                                              trial_id, " does not fit its checksum"));
    }
    return result;
  }

  uint64_t Bytes() const override {
    return FileBytes(database_->path()) + FileBytes(WalPath(database_->path()));
  }

 private:
  static absl::Status NoMask(int64_t trial_id, uint32_t attempt_number) {
    return absl::NotFoundError(
        absl::StrCat("attempt ", attempt_number, " of trial ", trial_id, " has no such mask"));
  }

  std::mutex mutex_;
  const std::unique_ptr<Database> database_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<MaskStore>> OpenMaskStore(const std::string& path) {
  auto database = OpenForWriting(path, MaskSchema());
  if (!database.ok()) return database.status();
  return std::make_unique<SqliteMaskStore>(*std::move(database));
}

}  // namespace sparsweep::store
