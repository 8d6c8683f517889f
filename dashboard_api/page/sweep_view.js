// The chosen sweep: tiles, front, curves and trials.
import * as api from './api.js';
import { updateBadge } from './badges.js';
import { drawCurves } from './curve_plot.js';
import { CurveStore } from './curve_store.js';
import { byId, html, keyed, setText } from './dom.js';
import * as format from './format.js';
import { KEPT_SHARE, denseScore, drawFront } from './front_plot.js';
import { ended, total } from './sweep_list.js';
import { TrialTable } from './trial_table.js';

const MAX_CURVES = 60; // lines at once; more are unreadable

export class SweepView {
  constructor() {
    this.table = new TrialTable(byId('trials'), () => this.refreshCurves().catch(() => {}));
    byId('sweep-state').className = 'badge';
    byId('metric').addEventListener('change', (event) => {
      this.metric = event.target.value;
      this.refreshCurves().catch(() => {});
    });
    window.addEventListener('resize', () => this.redraw());
    this.reset(null);
  }

  reset(name) {
    this.name = name;
    this.trials = [];
    this.front = { points: [], metric: '', goal: 'maximize' };
    this.frontKey = null;
    this.curves = [];
    this.curveStore = new CurveStore();
    this.metric = null;
    this.table.clear();
  }

  // sweep: as /api/sweeps has it.
  async refresh(sweep) {
    if (sweep.name !== this.name) this.reset(sweep.name);
    const { trials, more } = await api.listTrials(sweep.name);
    if (sweep.name !== this.name) return; // another one was chosen meanwhile
    this.trials = trials;
    const frontKey = `${sweep.name} ${sweep.counts.succeeded}`;
    if (frontKey !== this.frontKey) {
      this.front = await api.getFront(sweep.name);
      if (sweep.name !== this.name) return;
      this.frontKey = frontKey;
      this.drawFront();
    }
    this.showHead(sweep);
    this.table.show(trials);
    setText(byId('trials-hint'), more ? `The first ${trials.length} trials are shown.`
      : 'Tick trials to see their curves only.');
    await this.refreshCurves();
  }

  showHead(sweep) {
    setText(byId('sweep-name'), sweep.name);
    updateBadge(byId('sweep-state'), sweep.state);
    const error = byId('sweep-error');
    error.hidden = !sweep.error;
    setText(error, sweep.error ?? '');
    keyed(byId('tiles'), this.tiles(sweep), ([label]) => label,
      ([label]) => html('div', {}, html('dt', {}, label), html('dd'), html('dd', { class: 'hint' })),
      (tile, [, value, hint]) => {
        setText(tile.children[1], value);
        setText(tile.children[2], hint ?? '');
      });
  }

  // [label, value, hint]
  tiles(sweep) {
    const { counts, metric } = sweep;
    const better = sweep.goal === 'maximize' ? (a, b) => a.score > b.score : (a, b) => a.score < b.score;
    const pruned = this.front.points.filter((point) => point.method !== 'dense');
    const best = pruned.reduce((top, point) => (!top || better(point, top) ? point : top), null);
    const dense = denseScore(this.front.points);
    const tiles = [
      ['Trials', `${ended(counts)} / ${total(counts)}`,
        `${counts.active} active, ${counts.pending} waiting, ${counts.failed} failed`],
      [`Dense ${metric}`, format.score(dense), dense === null ? 'no dense trial has finished' : 'mean over seeds'],
      [`Best pruned ${metric}`, format.score(best?.score),
        best ? `${best.trial} at ${format.percent(best.remaining_weights)} weights` : ''],
    ];
    if (sweep.goal === 'maximize') {
      const sparsest = dense === null ? null : pruned
        .filter((point) => point.score >= KEPT_SHARE * dense)
        .reduce((least, point) => (!least || point.remaining_weights < least.remaining_weights ? point : least), null);
      tiles.push(['Sparsest within 95 %', format.percent(sparsest?.remaining_weights),
        sparsest ? `${sparsest.trial}, ${format.method(sparsest.method)}` : 'of the dense score']);
    }
    return tiles;
  }

  shownTrials() {
    const chosen = this.trials.filter((trial) => this.table.chosen.has(trial.name));
    const started = (chosen.length ? chosen : this.trials).filter((trial) => trial.step > 0);
    return started.slice(0, MAX_CURVES);
  }

  async refreshCurves() {
    const { name } = this;
    const trials = this.shownTrials();
    const metrics = await this.curveStore.metrics(trials);
    if (name !== this.name) return;
    if (!metrics.includes(this.metric)) {
      this.metric = metrics.includes(this.front.metric) ? this.front.metric : metrics[0] ?? null;
    }
    keyed(byId('metric'), metrics, (metric) => metric, (metric) => html('option', { value: metric }, metric), () => {});
    byId('metric').disabled = metrics.length === 0;
    if (this.metric) byId('metric').value = this.metric;
    const wanted = this.metric;
    const curves = wanted ? await this.curveStore.read(trials, wanted) : [];
    if (name !== this.name || wanted !== this.metric) return;
    const same = curves.length === this.curves.length && curves.every((curve, index) =>
      curve.points === this.curves[index].points && curve.trial.name === this.curves[index].trial.name);
    this.curves = curves;
    if (!same || byId('curve-plot').childElementCount === 0) this.drawCurves();
  }

  drawFront() {
    const settings = new Map(this.trials.map((trial) => [trial.name, format.setting(trial)]));
    drawFront(byId('front-plot'), this.front, settings);
  }

  drawCurves() {
    drawCurves(byId('curve-plot'), this.metric, this.curves);
  }

  redraw() {
    if (this.name === null) return;
    this.drawFront();
    this.drawCurves();
  }
}
