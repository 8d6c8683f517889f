// The live table of trials: sortable, with a tick per trial that chooses its curve.
import { bar, stateBadge, updateBadge, updateBar } from './badges.js';
import { html, keyed, setText } from './dom.js';
import * as format from './format.js';

const STATE_ORDER = ['running', 'leased', 'pending', 'failed', 'canceled', 'succeeded'];
const live = (trial) => trial.state === 'running';

// `key` sorts; `text` is shown. Numbers stand right.
const COLUMNS = [
  { name: 'Trial', key: (trial) => trial.position },
  { name: 'State', key: (trial) => STATE_ORDER.indexOf(trial.state) },
  { name: 'Method', key: (trial) => trial.method, text: (trial) => format.method(trial.method) },
  { name: 'λ / density', key: (trial) => trial.lambda ?? trial.density, text: format.setting, number: true },
  { name: 'Seed', key: (trial) => trial.seed, text: (trial) => String(trial.seed), number: true },
  { name: 'Step', key: (trial) => (trial.steps ? trial.step / trial.steps : 0) },
  { name: 'Examples / s', key: (trial) => (live(trial) ? trial.examples_per_second : null),
    text: (trial) => format.rate(live(trial) ? trial.examples_per_second : 0), number: true },
  { name: 'ETA', key: (trial) => (live(trial) ? trial.eta_seconds : null),
    text: (trial) => (live(trial) && trial.stage
      ? `${trial.stage} ${format.percent(trial.stage_share)}`
      : format.duration(live(trial) ? trial.eta_seconds : 0)), number: true },
  { name: 'Mask density', key: (trial) => trial.mask_density,
    text: (trial) => format.percent(trial.mask_density), number: true },
  { name: 'Remaining weights', key: (trial) => trial.remaining_weights,
    text: (trial) => format.percent(trial.remaining_weights), number: true },
  { name: 'Score', key: (trial) => trial.score, text: (trial) => format.score(trial.score), number: true },
];

// Absent values come last whichever way the column is sorted.
function compare(a, b, descending) {
  const absentA = a === undefined || a === null;
  const absentB = b === undefined || b === null;
  if (absentA || absentB) return Number(absentA) - Number(absentB);
  const order = typeof a === 'string' ? a.localeCompare(b) : a - b;
  return descending ? -order : order;
}

export class TrialTable {
  // `changed` is called when ticks change.
  constructor(table, changed) {
    this.table = table;
    this.changed = changed;
    this.chosen = new Set();
    this.trials = [];
    this.column = 0;
    this.descending = false;
    this.heads = COLUMNS.map((column, index) =>
      html('th', { scope: 'col', class: column.number ? 'number' : null },
        html('button', { type: 'button', onclick: () => this.sortBy(index) }, column.name,
          html('span', { class: 'arrow', 'aria-hidden': 'true' }))));
    table.tHead.append(html('tr', {}, ...this.heads));
  }

  clear() {
    this.chosen.clear();
    this.show([]);
  }

  sortBy(index) {
    this.descending = index === this.column && !this.descending;
    this.column = index;
    this.show(this.trials);
  }

  show(trials) {
    this.trials = trials;
    const { key } = COLUMNS[this.column];
    const sorted = [...trials].sort(
      (a, b) => compare(key(a), key(b), this.descending) || a.position - b.position);
    this.heads.forEach((head, index) => {
      if (index === this.column) head.setAttribute('aria-sort', this.descending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    keyed(this.table.tBodies[0], sorted, (trial) => trial.name, (trial) => this.createRow(trial), updateRow);
  }

  createRow(trial) {
    const tick = html('input', { type: 'checkbox', 'aria-label': `Show the curve of ${trial.name}` });
    tick.checked = this.chosen.has(trial.name);
    tick.addEventListener('change', () => {
      if (tick.checked) this.chosen.add(trial.name);
      else this.chosen.delete(trial.name);
      this.changed();
    });
    const cells = COLUMNS.map((column) => html('td', { class: column.number ? 'number' : null }));
    cells[0].append(html('label', { class: 'trial-name' }, tick, trial.name));
    cells[1].append(stateBadge(trial.state), html('span', { class: 'why', hidden: true }));
    cells[2].append(html('span', { class: 'swatch', 'data-method': trial.method, 'aria-hidden': 'true' }),
      format.method(trial.method));
    cells[5].append(html('div', { class: 'step' }, bar(), html('span', { class: 'step-text' })));
    return html('tr', {}, ...cells);
  }
}

function updateRow(row, trial) {
  updateBadge(row.cells[1].firstElementChild, trial.state);
  const why = row.cells[1].lastElementChild;
  const restarted = trial.attempt_number > 1 ? `attempt ${trial.attempt_number}` : '';
  const failure = trial.failure && trial.state !== 'succeeded' ? trial.failure.message : '';
  why.hidden = !restarted && !failure;
  why.toggleAttribute('data-failed', failure !== '');
  setText(why, [restarted, failure].filter(Boolean).join(' · '));
  updateBar(row.querySelector('.bar'), trial.step, trial.steps, `Steps of ${trial.name}`);
  setText(row.querySelector('.step-text'), `${trial.step} / ${trial.steps}`);
  COLUMNS.forEach((column, index) => {
    if (column.text && index !== 2) setText(row.cells[index], column.text(trial));
  });
}
