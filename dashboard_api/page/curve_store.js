// Curves that were read: those of ended trials once, those of live ones again at each refresh.
import { getCurve, listCurves } from './api.js';

const AT_ONCE = 4;
const ENDED = new Set(['succeeded', 'failed', 'canceled']);

export class CurveStore {
  constructor() {
    this.names = new Map(); // trial → {names, step}
    this.curves = new Map(); // trial + metric → {points, state, step}
  }

  // Names of metrics over these trials, sorted.
  async metrics(trials) {
    const names = new Set();
    await each(trials, async (trial) => {
      let known = this.names.get(trial.name);
      if (!known || (known.step !== trial.step && !ENDED.has(known.state))) {
        known = { names: (await listCurves(trial.name)).metrics, step: trial.step, state: trial.state };
        this.names.set(trial.name, known);
      }
      known.names.forEach((name) => names.add(name));
    });
    return [...names].sort();
  }

  // [{trial, points}] in the order of `trials`; a trial without the metric has no points.
  async read(trials, metric) {
    const result = new Map();
    await each(trials, async (trial) => {
      const key = `${trial.name}\n${metric}`;
      let curve = this.curves.get(key);
      if (!curve || curve.step !== trial.step || curve.state !== trial.state) {
        curve = { points: await points(trial.name, metric), step: trial.step, state: trial.state };
        this.curves.set(key, curve);
      }
      result.set(trial.name, curve.points);
    });
    return trials.map((trial) => ({ trial, points: result.get(trial.name) }));
  }
}

async function points(trial, metric) {
  try {
    return (await getCurve(trial, metric)).points;
  } catch (error) {
    if (error.status === 404) return [];
    throw error;
  }
}

// Runs `work` for each item, a few at a time.
async function each(items, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
