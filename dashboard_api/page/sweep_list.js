// The list of sweeps at the side; the address's hash chooses one.
import { bar, stateBadge, updateBadge, updateBar } from './badges.js';
import { byId, html, keyed, setText } from './dom.js';

export function sweepLink(name) {
  return `#/sweeps/${encodeURIComponent(name)}`;
}

// The name in the address, or null.
export function chosenSweep() {
  const match = /^#\/sweeps\/(.+)$/.exec(location.hash);
  if (!match) return null;
  try {
    return decodeURIComponent(match[1]);
  } catch {
    return null;
  }
}

export function ended(counts) {
  return counts.succeeded + counts.failed + counts.canceled;
}

export function total(counts) {
  return ended(counts) + counts.pending + counts.active;
}

function create(sweep) {
  return html('li', {},
    html('a', { href: sweepLink(sweep.name) },
      html('span', { class: 'sweep-name' }, sweep.name),
      bar(),
      html('span', { class: 'sweep-line' }, html('span', { class: 'hint' }), stateBadge(sweep.state))));
}

function countsText(counts) {
  const parts = [`${ended(counts)} of ${total(counts)} ended`];
  if (counts.active) parts.push(`${counts.active} active`);
  if (counts.failed) parts.push(`${counts.failed} failed`);
  return parts.join(' · ');
}

export function showSweeps(list, chosen) {
  keyed(byId('sweeps'), list.sweeps, (sweep) => sweep.name, create, (item, sweep) => {
    const link = item.firstElementChild;
    if (sweep.name === chosen) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    updateBadge(link.querySelector('.badge'), sweep.state);
    updateBar(link.querySelector('.bar'), ended(sweep.counts), total(sweep.counts), 'Trials ended');
    setText(link.querySelector('.hint'), countsText(sweep.counts));
  });
  const more = byId('sweeps-more');
  more.hidden = !list.more;
  setText(more, `The newest ${list.sweeps.length} are shown.`);
}
