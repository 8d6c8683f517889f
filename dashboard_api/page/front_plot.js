// Score against remaining weights (log x): a mark per finished trial, a line through the means of the settings of each
// method and variant, the dense score and 95 % of it.
import { axes, linear, linearTicks, logarithmic, logTicks, padded } from './axes.js';
import { html, svg } from './dom.js';
import * as format from './format.js';
import { legend, mark } from './marks.js';
import { explain } from './tooltip.js';

const HEIGHT = 340;
export const KEPT_SHARE = 0.95;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// Mean score of the dense trials, or null.
export function denseScore(points) {
  const scores = points.filter((point) => point.method === 'dense').map((point) => point.score);
  return scores.length ? mean(scores) : null;
}

// The means over the seeds of each setting of a method, sparsest first.
function means(points) {
  const settings = new Map();
  for (const point of points) {
    const key = point.setting;
    if (!settings.has(key)) settings.set(key, []);
    settings.get(key).push(point);
  }
  return [...settings.values()]
    .map((group) => ({
      x: mean(group.map((point) => point.remaining_weights)),
      y: mean(group.map((point) => point.score)),
    }))
    .sort((a, b) => a.x - b.x);
}

function level(box, at, kind) {
  return svg('line', { class: kind, x1: box.left, x2: box.right, y1: at, y2: at });
}

// front: /api/sweeps/NAME/front; settings: trial name → what sets it apart ("λ 2000").
export function drawFront(host, front, settings) {
  const points = front.points
    .filter((point) => point.remaining_weights > 0 && Number.isFinite(point.score))
    .map((point) => ({ ...point, setting: settings.get(point.trial) ?? '' }));
  if (points.length === 0) {
    host.replaceChildren(html('p', { class: 'placeholder' }, 'Points appear as trials finish.'));
    return;
  }
  const dense = denseScore(points);
  const kept = dense !== null && front.goal === 'maximize' ? dense * KEPT_SHARE : null;
  const width = Math.max(320, host.clientWidth || 640);
  const box = { left: 62, top: 14, right: width - 16, bottom: HEIGHT - 52 };
  const lowX = Math.min(0.5, ...points.map((point) => point.remaining_weights)) / 1.25;
  const [lowY, highY] = padded([...points.map((point) => point.score), ...(kept === null ? [] : [kept])], 0.08);
  const x = logarithmic([lowX, 1.12], [box.left, box.right]);
  const y = linear([lowY, highY], [box.bottom, box.top]);
  const methods = [...new Set(points.map((point) => point.method))];

  const plot = svg('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT, role: 'group',
    'aria-label': `${front.metric} against remaining weights, ${points.length} finished trials` },
  axes(box,
    { scale: x, ticks: logTicks(lowX, 1.001), label: 'remaining weights (log scale)',
      text: (tick) => `${Number((tick * 100).toPrecision(3))} %` },
    { scale: y, ticks: linearTicks(lowY, highY, 8), label: front.metric, text: format.plain }));
  if (dense !== null) plot.append(level(box, y(dense), 'dense-line'));
  if (kept !== null) plot.append(level(box, y(kept), 'kept-line'));
  const lines = new Map(points.map((point) => [`${point.method} ${point.variant ?? ''}`, point]));
  for (const { method, variant } of lines.values()) {
    const line = means(points.filter((point) => point.method === method && point.variant === variant));
    if (line.length > 1) {
      plot.append(svg('polyline', { class: 'mean-line', 'data-method': method,
        points: line.map((at) => `${x(at.x)},${y(at.y)}`).join(' ') }));
    }
  }
  for (const point of points) {
    const dot = mark(point.method, { class: 'mark point', tabindex: 0, role: 'img', 'data-trial': point.trial,
      transform: `translate(${x(point.remaining_weights)} ${y(point.score)})` });
    explain(dot, `${point.trial} · ${format.method(point.method)}`, [
      ['setting', point.setting || format.NONE],
      ['seed', String(point.seed)],
      ['remaining weights', format.percent(point.remaining_weights)],
      ['mask density', format.percent(point.mask_density)],
      [front.metric, format.score(point.score)],
    ]);
    plot.append(dot);
  }
  const levels = [];
  if (dense !== null) levels.push(['dense-line', `dense ${format.score(dense)}`]);
  if (kept !== null) levels.push(['kept-line', `95 % of dense ${format.score(kept)}`]);
  host.replaceChildren(plot, legend(methods, levels));
}
