// How each method looks: one colour (in style.css) and one shape, so that colour is never the only sign.
import { html, svg } from './dom.js';
import { method as methodText } from './format.js';

const SHAPES = {
  dense: 'M0 -6L6 0L0 6L-6 0Z',
  magnitude: 'M-4.5 -4.5H4.5V4.5H-4.5Z',
  movement: 'M0 -5.5L5.5 4.5H-5.5Z',
  soft_movement: 'M5 0A5 5 0 1 1 -5 0A5 5 0 1 1 5 0Z',
  l0: 'M-5.5 -4.5H5.5L0 5.5Z',
};
const OTHER = 'M-5 -1.5H-1.5V-5H1.5V-1.5H5V1.5H1.5V5H-1.5V1.5H-5Z';

export function mark(methodName, attributes = {}) {
  return svg('path', { class: 'mark', 'data-method': methodName, d: SHAPES[methodName] ?? OTHER, ...attributes });
}

export function legend(methods, lines = []) {
  const list = html('ul', { class: 'legend' });
  for (const name of methods) {
    list.append(html('li', {}, svg('svg', { viewBox: '-8 -8 16 16', width: 14, height: 14, 'aria-hidden': 'true' },
      mark(name)), methodText(name)));
  }
  for (const [kind, text] of lines) {
    list.append(html('li', {}, svg('svg', { viewBox: '0 0 24 8', width: 24, height: 8, 'aria-hidden': 'true' },
      svg('line', { class: kind, x1: 0, x2: 24, y1: 4, y2: 4 })), text));
  }
  return list;
}
