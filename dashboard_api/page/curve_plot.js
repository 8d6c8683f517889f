// One metric over the steps, a line per trial.
import { axes, linear, linearTicks, padded } from './axes.js';
import { html, svg } from './dom.js';
import * as format from './format.js';
import { legend } from './marks.js';
import { explain } from './tooltip.js';

const HEIGHT = 340;

// curves: [{trial, points: [{step, value}]}], trial as /api has it.
export function drawCurves(host, metric, curves) {
  const lines = curves
    .map(({ trial, points }) => ({ trial, points: points.filter((point) => Number.isFinite(point.value)) }))
    .filter(({ points }) => points.length > 0);
  if (lines.length === 0) {
    host.replaceChildren(html('p', { class: 'placeholder' }, 'Curves appear as trials report.'));
    return;
  }
  const width = Math.max(320, host.clientWidth || 640);
  const box = { left: 62, top: 14, right: width - 16, bottom: HEIGHT - 52 };
  const every = lines.flatMap(({ points }) => points);
  const last = every.reduce((most, point) => Math.max(most, point.step), 1);
  const low = every.reduce((least, point) => Math.min(least, point.value), Infinity);
  const high = every.reduce((most, point) => Math.max(most, point.value), -Infinity);
  const [lowY, highY] = padded([low, high], 0.06);
  const x = linear([0, last], [box.left, box.right]);
  const y = linear([lowY, highY], [box.bottom, box.top]);

  const plot = svg('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT, role: 'group',
    'aria-label': `${metric} over steps of ${lines.length} trials` },
  axes(box, { scale: x, ticks: linearTicks(0, last, 6), label: 'step', text: format.plain },
    { scale: y, ticks: linearTicks(lowY, highY, 8), label: metric, text: format.plain }));
  for (const { trial, points } of lines) {
    const route = points.map((point) => `${x(point.step)},${y(point.value)}`).join(' ');
    const end = points[points.length - 1];
    const group = svg('g', { class: 'curve', 'data-method': trial.method, 'data-trial': trial.name,
      tabindex: 0, role: 'img' },
    svg('polyline', { class: 'reach', points: route }),
    svg('polyline', { class: 'line', points: route }),
    svg('circle', { class: 'end', cx: x(end.step), cy: y(end.value), r: 3 }));
    explain(group, `${trial.name} · ${format.method(trial.method)}`, [
      ['setting', format.setting(trial)],
      ['seed', String(trial.seed)],
      [`${metric} at step ${end.step}`, format.plain(end.value)],
    ]);
    plot.append(group);
  }
  host.replaceChildren(plot, legend([...new Set(lines.map(({ trial }) => trial.method))]));
}
