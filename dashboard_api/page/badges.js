// Small pieces that lists and tables share.
import { html, setText } from './dom.js';

export function stateBadge(state) {
  return html('span', { class: 'badge', 'data-state': state }, state);
}

export function updateBadge(badge, state) {
  badge.dataset.state = state;
  setText(badge, state);
}

// A bar from 0 to `most`, read out as `label`.
export function bar() {
  return html('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': '0' }, html('div'));
}

export function updateBar(node, value, most, label) {
  node.setAttribute('aria-valuemax', most);
  node.setAttribute('aria-valuenow', value);
  node.setAttribute('aria-label', label);
  node.firstElementChild.style.width = most > 0 ? `${(100 * Math.min(value, most)) / most}%` : '0';
}
