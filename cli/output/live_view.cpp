#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/output/live_frame.h"
#include "cli/output/progress_view.h"
#include "cli/output/text.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

// The cursor rests at the begin of the row below the picture. Each update goes up to its first row
// and writes over it, so that nothing is ever blank between two pictures.
class LiveView final : public ProgressView {
 public:
  LiveView(std::ostream& out, int descriptor, bool color)
      : out_(out), descriptor_(descriptor), color_(color) {}
  ~LiveView() override { LiveView::Finish(); }

  void Update(const Progress& progress) override {
    const TerminalSize size = SizeOfTerminal(descriptor_);
    const std::vector<std::string> lines = LiveFrame(progress, size, color_);
    // "Synchronized update" around it: terminals that know it show the picture at once.
    std::string frame = "\x1b[?2026h\x1b[?25l";
    if (const int rows = RowsOnScreen(size); rows > 0) frame += fmt::format("\x1b[{}F", rows);
    widths_.clear();
    for (const std::string& line : lines) {
      frame += line + "\x1b[K\r\n";
      widths_.push_back(DisplayWidth(line));
    }
    frame += "\x1b[J\x1b[?2026l";
    out_ << frame << std::flush;
    hidden_ = true;
  }

  void Finish() override {
    if (hidden_) out_ << "\x1b[?25h" << std::flush;
    hidden_ = false;
  }

 private:
  // A terminal that has become narrower has wrapped the last picture's lines.
  [[nodiscard]] int RowsOnScreen(const TerminalSize& size) const {
    int rows = 0;
    for (const int width : widths_) {
      rows += std::max(1, (width + size.columns - 1) / size.columns);
    }
    return std::min(rows, size.rows - 1);
  }

  std::ostream& out_;
  int descriptor_;
  bool color_;
  bool hidden_ = false;
  std::vector<int> widths_;  // of the last picture's lines
};

}  // namespace

std::unique_ptr<ProgressView> NewLiveView(std::ostream& out, int descriptor, bool color) {
  return std::make_unique<LiveView>(out, descriptor, color);
}

std::unique_ptr<ProgressView> NewProgressView(bool to_out, const Console& console) {
  std::ostream& stream = to_out ? console.out : console.err;
  if (to_out ? console.out_is_terminal : console.err_is_terminal) {
    return NewLiveView(stream, to_out ? STDOUT_FILENO : STDERR_FILENO, console.color);
  }
  return NewLineView(stream);
}

}  // namespace sparsweep::cli
