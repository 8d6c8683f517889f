"""Breaks pruning_core on purpose and shows which stored cases notice.

  mutants.py BUILD [NAME…] [--markdown FILE]     `./dev mutants` builds first and gives BUILD
  mutants.py --applies                           whether each patch still finds its text, once; builds nothing

Each mutant is one patch of one source file, or of a header that one source file makes code of. That is compiled apart
with BUILD's own command, linked in front of BUILD's libraries into a trainer of its own, and `verify` runs over all
cases of this folder. Nothing of the checkout or of BUILD is written to, but for BUILD/mutants. A mutant that no case
catches makes the exit code 1; so does one that does not build, or whose trainer crashes: that is told apart, for it says
nothing about the cases.
"""
import hashlib
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OPTIM, METHODS, KERNELS, MODELS, VERIFY = (f"pruning_core/{name}/" for name in (
    "optim", "methods", "kernels", "models", "verify"))

# (name, file, old text, new text): what is broken stands in the name.
MUTANTS = [
    ("masks from the scores before the update", OPTIM + "pruning_optimizer.cpp",
     "  Update(loss_share, report.clip);\n  if (pending) method_->NextForward();\n  ++steps_done_;\n  Select();\n",
     """  std::vector<BitMask> before, chosen;
  for (const PrunedMatrix& matrix : matrices_) before.push_back(matrix.mask);
  ++steps_done_;
  Select();
  --steps_done_;
  for (PrunedMatrix& matrix : matrices_) {
    chosen.push_back(matrix.mask);
    matrix.mask = before[chosen.size() - 1];
  }
  Update(loss_share, report.clip);
  if (pending) method_->NextForward();
  ++steps_done_;
  for (size_t m = 0; m < chosen.size(); ++m) matrices_[m].mask = chosen[m];
  if (method_->drops_weights()) {
    FillWorking(*method_, done() ? WeightsFor::kEvaluation : WeightsFor::kTraining, matrices_);
  }
"""),
    ("σ' in the soft score gradient", METHODS + "soft_movement.cpp",
     "  Multiply(slice.upstream, slice.weights, slice.size, score_gradient);\n",
     """  Multiply(slice.upstream, slice.weights, slice.size, score_gradient);
  for (int64_t i = 0; i < slice.size; ++i) {
    const float s = 1.0F / (1.0F + std::exp(-slice.scores[i]));
    score_gradient[i] *= s * (1.0F - s);
  }
"""),
    ("weight decay before the update", KERNELS + "adamw_element.h",
     "const float updated = p - s.step_size", "const float updated = p - s.decay * p - s.step_size"),
    ("ε inside the root", KERNELS + "adamw_element.h",
     "(std::sqrt(second) + s.epsilon)", "std::sqrt(second + s.epsilon)"),
    ("ε added to the bias-corrected root", OPTIM + "adamw.cpp",
     "static_cast<float>(rule.epsilon)", "static_cast<float>(rule.epsilon * std::sqrt(correction2))"),
    ("no bias correction", OPTIM + "adamw.cpp", "learning_rate * std::sqrt(correction2) / correction1",
     "learning_rate * (correction2 > 0 && correction1 > 0 ? 1.0 : 0.0)"),
    ("clipping reaches weights only", OPTIM + "optimizer_passes.cpp",
     "scores_.empty() ? AdamWStep{} : scalars(scores_[m]);",
     "scores_.empty() ? AdamWStep{}\n"
     "      : scores_[m].Scalars(hyper_.adam, steps_done_ + 1, factor, 1.0);"),
    ("gradient norm without the scores", OPTIM + "optimizer_passes.cpp",
     "squared += SquaredNorm(gs, size);", "squared += 0.0 * SquaredNorm(gs, size);"),
    ("clipping without 1e-6", OPTIM + "pruning_optimizer.cpp", "kNormEpsilon = 1e-6", "kNormEpsilon = 0.0"),
    ("no floor", METHODS + "reference_threshold.cpp", "if (mask.Ones() >= floor) return;",
     "if (mask.Ones() >= floor - size) return;"),
    ("λ one step late", "pruning_core/schedule/sparsity_schedule.cpp", "final_lambda * Threshold(step)",
     "final_lambda * Threshold(step > 0 ? step - 1 : 0)"),
    ("v one step early", OPTIM + "pruning_optimizer.cpp", "hyper_.schedule.Threshold(schedule_step())",
     "hyper_.schedule.Threshold(schedule_step() + 1)"),
    ("learning rate one step early", OPTIM + "optimizer_passes.cpp",
     "LearningRateFactor(steps_done_, hyper", "LearningRateFactor(steps_done_ + 1, hyper"),
    ("scores without warm-up", OPTIM + "optimizer_passes.cpp",
     "scores_.empty() ? AdamWStep{} : scalars(scores_[m]);",
     "scores_.empty() ? AdamWStep{}\n      : scores_[m].Scalars(hyper_.adam, steps_done_ + 1,\n"
     "            steps_done_ < hyper_.warmup_steps ? 1.0 : factor, clip);"),
    ("distillation without T²", MODELS + "task_loss.cpp", "temperature * temperature /", "1.0 /"),
    ("KL the other way round", MODELS + "task_loss.cpp", "at::kl_div(ours, theirs,", "at::kl_div(theirs, ours,"),
    ("distillation sums start and end", MODELS + "task_loss.cpp", "student.numel() / student.size(1)",
     "student.size(0)"),
    ("distillation without padding", VERIFY + "case_run.cpp",
     "DistillationLoss(logits, teacher_->InferLogits(batch), kd.temperature)",
     """[&] {
        const at::Tensor theirs = teacher_->InferLogits(batch);
        if (file_.head != Head::kSpan) return DistillationLoss(logits, theirs, kd.temperature);
        const at::Tensor off = (batch.attention_mask.to(at::kFloat).unsqueeze(-1) - 1.0) * 10000.0;
        return DistillationLoss(logits + off, theirs + off, kd.temperature);
      }()"""),
    ("weights of the two losses exchanged", VERIFY + "case_run.cpp",
     "kd.weight * distance + kd.task_weight * task", "kd.task_weight * distance + kd.weight * task"),
    ("regularizer scaled by the task's weight", VERIFY + "case_optimizer.cpp",
     "  if (!file.regularized)",
     "  if (file.distillation) hyper.schedule.final_lambda *= file.distillation->task_weight;\n"
     "  if (!file.regularized)"),
    ("R as the mean over all scores", OPTIM + "optimizer_passes.cpp",
     "static_cast<double>(matrices_.size()) * static_cast<double>(matrix.weight.numel());",
     "static_cast<double>(density().prunable) + 0.0 * static_cast<double>(matrix.weight.numel());"),
    ("accumulation not divided", VERIFY + "case_run.cpp",
     "loss.div(static_cast<double>(file_.accumulation)).backward();", "loss.backward();"),
    ("left-over micro-batches dropped", VERIFY + "case_run.cpp",
     "  const Batch batch = MicroBatch(forward);\n",
     """  if (forward % file_.forwards_per_epoch == 0) {
    for (const Parameter& parameter : student_.parameters()) parameter.value.mutable_grad().reset();
  }
  const Batch batch = MicroBatch(forward);
"""),
    ("dense with frozen embeddings", METHODS + "make_method.cpp", "std::make_unique<Dense>(reference)",
     "std::make_unique<Dense>(false)"),
    ("the padding token's embedding trained", MODELS + "bert_model.cpp",
     "at::embedding(word_, ids(batch.input_ids), config_.pad_token_id)", "at::embedding(word_, ids(batch.input_ids))"),
    ("weight decay on scores", OPTIM + "pruning_optimizer.cpp", "hyper_.score_learning_rate, 0.0);",
     "hyper_.score_learning_rate, hyper_.weight_decay);"),
    ("weight decay on LayerNorm", OPTIM + "pruning_optimizer.cpp", "parameter.decays ? hyper_.weight_decay : 0.0",
     "parameter.decays || parameter.name.ends_with(\"LayerNorm.weight\") ? hyper_.weight_decay : 0.0"),
    ("no weight decay on masked weights", OPTIM + "optimizer_passes.cpp",
     "weights_[m].Update(weight_scalars, begin, size, gw);",
     """weights_[m].Update(weight_scalars, begin, size, gw);
                         for (int64_t i = begin; i < begin + size; ++i) {
                           if (matrix.mask.Get(i)) continue;
                           matrix.weight.mutable_data_ptr<float>()[i] /= 1.0F - weight_scalars.decay;
                         }"""),
    ("score gradient masked", METHODS + "movement.cpp", "Multiply(slice.upstream, slice.weights",
     "Multiply(weight_gradient, slice.weights"),
    ("score gradient from W'", METHODS + "soft_movement.cpp", "Multiply(slice.upstream, slice.weights",
     "Multiply(weight_gradient, slice.weights"),
    ("weight gradient not masked", METHODS + "magnitude.cpp",
     "ApplyMask(slice.mask, slice.upstream, slice.size, weight_gradient);",
     "for (int64_t i = 0; i < slice.size; ++i) weight_gradient[i] = slice.upstream[i];"),
    ("global threshold at every step", METHODS + "reference_global_movement.cpp", "moment.step % interval_ == 0",
     "moment.step % 1 == 0"),
    ("global threshold keeps trunc(n·v)", METHODS + "reference_global_movement.cpp",
     "(KeptOf(moment.threshold, total) + 1)", "KeptOf(moment.threshold, total)"),
    ("kept are scores at the threshold too", "pruning_core/mask/selection.cpp", "ValueKey(threshold) + 1",
     "ValueKey(threshold)"),
    ("top-k rounds up", METHODS + "ranking.cpp", "static_cast<int64_t>(density * static_cast<double>(size))",
     "static_cast<int64_t>(density * static_cast<double>(size) + 0.9999)"),
    ("l0 evaluates with 1/b", KERNELS + "hard_concrete_element.h", "Stretched(Sigmoid(score), 1.0F)",
     "Stretched(Sigmoid(1.5F * score), 1.0F)"),
    ("l0 noise not clamped", KERNELS + "hard_concrete_element.h",
     "  float u = noise < kNoiseMargin ? kNoiseMargin : noise;\n"
     "  u = u > 1.0F - kNoiseMargin ? 1.0F - kNoiseMargin : u;\n",
     "  const float u = noise < kNoiseMargin * 1e-9F ? kNoiseMargin * 1e-9F : noise;\n"),
    ("l0 slope where z is clamped", KERNELS + "hard_concrete_element.h",
     "z == stretched ? kSpan * steepness * SigmoidSlope(s) : 0.0F", "kSpan * steepness * SigmoidSlope(s)"),
    ("l0 penalty without its shift", METHODS + "l0.cpp", "AddSigmoidPenalty(scores, kGateShift,",
     "AddSigmoidPenalty(scores, 0.0F,"),
    ("l0 draws once a step", OPTIM + "pruning_optimizer.cpp",
     "  method_->NextForward();\n  Use(WeightsFor::kTraining);\n",
     "  Use(WeightsFor::kTraining);\n"),
    ("positions below 0 ignored", MODELS + "task_loss.cpp", "start.clamp(0, tokens)",
     "at::where(start < 0, tokens, start.clamp(0, tokens))"),
    ("positions beyond the end moved inside", MODELS + "task_loss.cpp", "end.clamp(0, tokens)",
     "end.clamp(0, tokens - 1)"),
    ("span loss over all examples", MODELS + "task_loss.cpp", "positions.ne(ignored).sum().clamp_min(1)",
     "positions.size(0)"),
]

# The source file that a header's code ends up in.
COMPILED_IN = {KERNELS + "adamw_element.h": OPTIM + "adamw.cpp",
               KERNELS + "hard_concrete_element.h": KERNELS + "hard_concrete.cpp"}


def misplaced(file, old):
    """Why a patch cannot be made; "" when it can."""
    times = (ROOT / file).read_text().count(old)
    return "" if times == 1 else f"{file} holds it {times} times instead of once: {old.strip()[:60]}"


class Build:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.out = self.folder / "mutants"
        self.out.mkdir(exist_ok=True)
        commands = json.loads((self.folder / "compile_commands.json").read_text())
        self.commands = {pathlib.Path(c["file"]).resolve(): c["command"] for c in commands}
        links = subprocess.run(["ninja", "-C", str(self.folder), "-t", "commands", "bin/sparsweep-trainer"],
                               capture_output=True, text=True, check=True).stdout.splitlines()
        self.link = links[-1]
        self.trainer = self.folder / "bin" / "sparsweep-trainer"
        for old in self.out.iterdir():  # of an earlier build, or of one that was stopped
            if old.is_dir():
                shutil.rmtree(old)
            elif old.stat().st_mtime < self.trainer.stat().st_mtime:
                old.unlink()

    def make(self, file, old, new):
        """The trainer with the patch; None with a message when it does not compile or the text is not there once."""
        problem = misplaced(file, old)
        if problem:
            return None, problem
        text = (ROOT / file).read_text().replace(old, new)
        key = hashlib.sha256((text + str(self.trainer.stat().st_mtime_ns)).encode()).hexdigest()[:16]
        program = self.out / f"trainer-{key}"
        if program.exists():
            return program, ""
        overlay, thing = self.out / key, self.out / f"{key}.o"
        patched = overlay / file
        patched.parent.mkdir(parents=True)
        patched.write_text(text)
        command = shlex.split(self.commands[(ROOT / COMPILED_IN.get(file, file)).resolve()])
        command[command.index("-o") + 1] = str(thing)
        if file in COMPILED_IN:  # found before the checkout's own
            command.insert(next(i for i, word in enumerate(command) if word.startswith("-I")), f"-I{overlay}")
        else:
            command[-1] = str(patched)
        if "at::where" in new:
            patched.write_text("#include <ATen/ops/where.h>\n" + text)
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode == 0:
            link = re.sub(r"-o bin/sparsweep-trainer", f"{thing} -o {program}", self.link)
            done = subprocess.run(link, shell=True, cwd=self.folder, capture_output=True, text=True)
        thing.unlink(missing_ok=True)
        shutil.rmtree(overlay)
        if done.returncode != 0:
            errors = [line for line in (done.stderr + done.stdout).splitlines() if "error" in line]
            return None, errors[0] if errors else done.stderr[-300:]
        return program, ""


def caught_by(program):
    """The cases that the program fails, and how it crashed ("" where it did not)."""
    try:
        done = subprocess.run([program, "verify", "--json", str(HERE)], capture_output=True, text=True, timeout=600)
        report = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return [], "no end within 10 minutes"
    except json.JSONDecodeError:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return [], f"exit code {done.returncode}: {last[:200]}"
    failed = [pathlib.Path(case["case"]).name for case in report["cases"] if not case["within"]]
    return failed + [pathlib.Path(error["case"]).name for error in report["errors"]], ""


def in_words(cases):
    every = sorted(folder.parent.name for folder in HERE.glob("*/case.json"))
    others = [case for case in every if case not in cases]
    if len(others) <= 5 < len(cases):
        return "all but " + ", ".join(others) if others else "all"
    return ", ".join(cases) or "nothing"


def main(arguments):
    table = None
    if "--markdown" in arguments:
        at = arguments.index("--markdown")
        table = pathlib.Path(arguments[at + 1])
        del arguments[at:at + 2]
    if not arguments:
        print(__doc__, end="", file=sys.stderr)
        return 2
    if arguments == ["--applies"]:
        problems = [f"{name}: {problem}" for name, file, old, _ in MUTANTS if (problem := misplaced(file, old))]
        print("\n".join(problems) or f"all {len(MUTANTS)} patches find their text")
        return 1 if problems else 0
    build, names = Build(arguments[0]), arguments[1:]
    chosen = [mutant for mutant in MUTANTS if not names or any(name in mutant[0] for name in names)]
    failing, crash = caught_by(build.trainer)
    if failing or crash:
        print(f"the unbroken trainer fails: {crash or ', '.join(failing)}; mend that first", file=sys.stderr)
        return 1
    rows, unbuilt, crashed, began = [], [], [], time.monotonic()
    for done, (name, file, old, new) in enumerate(chosen):
        program, problem = build.make(file, old, new)
        cases, crash = caught_by(program) if program else ([], "")
        rows.append((name, file, cases))
        spent = time.monotonic() - began
        left = spent / (done + 1) * (len(chosen) - done - 1)
        verdict = f"{len(cases)}: {', '.join(cases) or 'NOT CAUGHT'}"
        if not program:
            unbuilt.append(name)
            verdict = f"DOES NOT BUILD: {problem}"
        elif crash:
            crashed.append(name)
            verdict = f"CRASHES: {crash}"
        print(f"[{done + 1}/{len(chosen)}, {left:.0f} s left] {name}: {verdict}", flush=True)
    lines = ["| broken | in | caught by |", "|---|---|---|"]
    lines += [f"| {name} | `{file.removeprefix('pruning_core/')}` | {in_words(cases)} |"
              for name, file, cases in rows]
    if table:
        table.write_text("\n".join(lines) + "\n")
    missed = [name for name, _, cases in rows if not cases and name not in unbuilt + crashed]
    caught = sum(1 for _, _, cases in rows if cases)
    print("; ".join([f"{caught} of {len(rows)} caught"] + [
        f"{what}: {', '.join(names)}" for what, names in
        (("not", missed), ("does not build", unbuilt), ("crashes", crashed)) if names]))
    return 0 if caught == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
