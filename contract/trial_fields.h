// The one list of the fields of a TrialSpec: reading, printing and listing keys all walk it, so
// they cannot disagree. Keys and order are those of the proto message. Included by trial_spec.cpp
// and by the parser of sweep files.
#pragma once

#include <type_traits>

#include "contract/trial_spec.h"

namespace sparsweep::contract {

// Each VisitFields calls visit(key, field) for every field; `visit` recurses into the nested
// groups.
template <class Spec, class Visit>
void VisitFieldsOf(ModelSpec*, Spec& spec, Visit&& visit) {
  visit("path", spec.path);
  visit("layers", spec.layers);
  visit("pooling", spec.pooling);
}

template <class Spec, class Visit>
void VisitFieldsOf(FormatSpec*, Spec& spec, Visit&& visit) {
  visit("layout", spec.layout);
  visit("header", spec.header);
  visit("text", spec.text);
  visit("label", spec.label);
}

template <class Spec, class Visit>
void VisitFieldsOf(TaskSpec*, Spec& spec, Visit&& visit) {
  visit("kind", spec.kind);
  visit("train", spec.train);
  visit("dev", spec.dev);
  visit("format", spec.format);
  visit("max_length", spec.max_length);
  visit("dev_limit", spec.dev_limit);
  visit("labels", spec.labels);
  visit("dev_mismatched", spec.dev_mismatched);
  visit("stride", spec.stride);
  visit("max_answer_length", spec.max_answer_length);
  visit("n_best", spec.n_best);
  visit("null_score_threshold", spec.null_score_threshold);
}

template <class Spec, class Visit>
void VisitFieldsOf(TrainingSpec*, Spec& spec, Visit&& visit) {
  visit("steps", spec.steps);
  visit("batch", spec.batch);
  visit("learning_rate", spec.learning_rate);
  visit("head_learning_rate", spec.head_learning_rate);
  visit("weight_decay", spec.weight_decay);
  visit("max_grad_norm", spec.max_grad_norm);
  visit("warmup_steps", spec.warmup_steps);
  visit("evaluate_every", spec.evaluate_every);
  visit("checkpoint_every", spec.checkpoint_every);
  visit("precision", spec.precision);
  visit("accumulation", spec.accumulation);
  visit("dropout", spec.dropout);
  visit("attention_dropout", spec.attention_dropout);
  visit("teacher", spec.teacher);
  visit("distillation_weight", spec.distillation_weight);
  visit("task_weight", spec.task_weight);
  visit("distillation_temperature", spec.distillation_temperature);
  visit("keep", spec.keep);
  visit("patience", spec.patience);
  visit("checkpoint_budget_mib", spec.checkpoint_budget_mib);
}

template <class Spec, class Visit>
void VisitFieldsOf(PruningSpec*, Spec& spec, Visit&& visit) {
  visit("method", spec.method);
  visit("lambda", spec.lambda);
  visit("density", spec.density);
  visit("score_learning_rate", spec.score_learning_rate);
  visit("initial_warmup", spec.initial_warmup);
  visit("final_warmup", spec.final_warmup);
  visit("tau", spec.tau);
  visit("numerics", spec.numerics);
  visit("selection", spec.selection);
  visit("structure", spec.structure);
  visit("target_density", spec.target_density);
  visit("score_init", spec.score_init);
  visit("score_init_scale", spec.score_init_scale);
  visit("schedule", spec.schedule);
}

template <class Spec, class Visit>
void VisitFieldsOf(WorldSpec*, Spec& spec, Visit&& visit) {
  visit("rank", spec.rank);
  visit("size", spec.size);
  visit("rendezvous", spec.rendezvous);
}

template <class Spec, class Visit>
void VisitFieldsOf(TrialSpec*, Spec& spec, Visit&& visit) {
  visit("schema", spec.schema);
  visit("sweep", spec.sweep);
  visit("trial", spec.trial);
  visit("attempt_number", spec.attempt_number);
  visit("seed", spec.seed);
  visit("model", spec.model);
  visit("task", spec.task);
  visit("training", spec.training);
  visit("pruning", spec.pruning);
  visit("world", spec.world);
  visit("device", spec.device);
  visit("threads", spec.threads);
  visit("directory", spec.directory);
  visit("resume_from", spec.resume_from);
  visit("input_hash", spec.input_hash);
  visit("metric", spec.metric);
  visit("cache_directory", spec.cache_directory);
}

// `Spec` may be const.
template <class Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  VisitFieldsOf(static_cast<std::remove_const_t<Spec>*>(nullptr), spec, visit);
}

template <class T>
concept FieldGroup = std::is_same_v<T, ModelSpec> || std::is_same_v<T, FormatSpec> ||
    std::is_same_v<T, TaskSpec> || std::is_same_v<T, TrainingSpec> ||
    std::is_same_v<T, PruningSpec> || std::is_same_v<T, WorldSpec> || std::is_same_v<T, TrialSpec>;

}  // namespace sparsweep::contract
