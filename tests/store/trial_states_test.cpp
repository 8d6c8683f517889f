#include "store/trial_states.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sparsweep::store {
namespace {

constexpr int kStates = 6;
using Moves = std::set<std::pair<std::string, std::string>>;

template <typename State>
Moves AllMoves() {
  Moves moves;
  for (int from = 0; from < kStates; ++from) {
    for (int to = 0; to < kStates; ++to) {
      const auto a = static_cast<State>(from);
      const auto b = static_cast<State>(to);
      if (CanMove(a, b)) moves.emplace(std::string(Name(a)), std::string(Name(b)));
    }
  }
  return moves;
}

template <typename State>
std::set<std::string> Terminal() {
  std::set<std::string> names;
  for (int i = 0; i < kStates; ++i) {
    if (IsTerminal(static_cast<State>(i))) names.emplace(Name(static_cast<State>(i)));
  }
  return names;
}

TEST(TrialStates, SweepMoves) {
  EXPECT_EQ(AllMoves<SweepState>(), (Moves{{"checking", "running"},
                                           {"checking", "rejected"},
                                           {"checking", "canceled"},
                                           {"running", "succeeded"},
                                           {"running", "failed"},
                                           {"running", "canceled"}}));
  EXPECT_EQ(Terminal<SweepState>(),
            (std::set<std::string>{"succeeded", "failed", "rejected", "canceled"}));
}

TEST(TrialStates, TrialMoves) {
  EXPECT_EQ(AllMoves<TrialState>(), (Moves{{"pending", "leased"},
                                           {"pending", "failed"},
                                           {"pending", "canceled"},
                                           {"leased", "running"},
                                           {"leased", "pending"},
                                           {"leased", "failed"},
                                           {"leased", "canceled"},
                                           {"running", "pending"},
                                           {"running", "succeeded"},
                                           {"running", "failed"},
                                           {"running", "canceled"}}));
  EXPECT_EQ(Terminal<TrialState>(), (std::set<std::string>{"succeeded", "failed", "canceled"}));
}

TEST(TrialStates, AttemptMoves) {
  EXPECT_EQ(AllMoves<AttemptState>(), (Moves{{"leased", "running"},
                                             {"leased", "failed"},
                                             {"leased", "lost"},
                                             {"leased", "canceled"},
                                             {"running", "accepted"},
                                             {"running", "failed"},
                                             {"running", "lost"},
                                             {"running", "canceled"}}));
  EXPECT_EQ(Terminal<AttemptState>(),
            (std::set<std::string>{"accepted", "failed", "lost", "canceled"}));
}

TEST(TrialStates, NamesReadBack) {
  for (int i = 0; i < kStates; ++i) {
    EXPECT_EQ(ParseSweepState(Name(static_cast<SweepState>(i))), static_cast<SweepState>(i));
    EXPECT_EQ(ParseTrialState(Name(static_cast<TrialState>(i))), static_cast<TrialState>(i));
    EXPECT_EQ(ParseAttemptState(Name(static_cast<AttemptState>(i))), static_cast<AttemptState>(i));
  }
  EXPECT_EQ(ParseTrialState("Pending"), std::nullopt);
  EXPECT_EQ(ParseTrialState(""), std::nullopt);
}

}  // namespace
}  // namespace sparsweep::store
