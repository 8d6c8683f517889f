// Scales, ticks and axes of the plots.
import { svg } from './dom.js';

export function linear([low, high], [start, end]) {
  const span = high - low || 1;
  return (value) => start + ((value - low) / span) * (end - start);
}

export function logarithmic([low, high], range) {
  const scale = linear([Math.log(low), Math.log(high)], range);
  return (value) => scale(Math.log(value));
}

// About `count` round numbers from low to high.
export function linearTicks(low, high, count) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

// 1, 2, 3, 5 × powers of ten from low to high.
export function logTicks(low, high) {
  const ticks = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    for (const factor of [1, 2, 3, 5]) {
      const tick = Number((factor * power).toPrecision(12));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

// Lowest and highest of the values with room around them.
export function padded(values, share) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low) * share || Math.abs(high) * share || 1;
  return [low - room, high + room];
}

// box: {left, top, right, bottom}; x, y: {scale, ticks, label, text}.
export function axes(box, x, y) {
  const group = svg('g', { class: 'axes', 'aria-hidden': 'true' });
  for (const tick of y.ticks) {
    const at = y.scale(tick);
    group.append(svg('line', { class: 'grid', x1: box.left, x2: box.right, y1: at, y2: at }),
      svg('text', { x: box.left - 8, y: at + 4, 'text-anchor': 'end' }, y.text(tick)));
  }
  for (const tick of x.ticks) {
    const at = x.scale(tick);
    group.append(svg('line', { class: 'grid', x1: at, x2: at, y1: box.top, y2: box.bottom }),
      svg('text', { x: at, y: box.bottom + 18, 'text-anchor': 'middle' }, x.text(tick)));
  }
  group.append(
    svg('line', { class: 'base', x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }),
    svg('text', { class: 'axis-label', x: (box.left + box.right) / 2, y: box.bottom + 38, 'text-anchor': 'middle' },
      x.label),
    svg('text', { class: 'axis-label', x: 0, y: 0, 'text-anchor': 'middle',
      transform: `translate(14 ${(box.top + box.bottom) / 2}) rotate(-90)` }, y.label));
  return group;
}
