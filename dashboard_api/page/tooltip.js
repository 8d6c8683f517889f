// One tooltip for both plots: by mouse and by keyboard focus; Escape closes it.
import { byId, html } from './dom.js';

function place(tip, x, y) {
  const width = tip.offsetWidth;
  const left = Math.min(Math.max(8, x + 14), window.innerWidth - width - 8);
  const above = y - tip.offsetHeight - 12;
  tip.style.left = `${left}px`;
  tip.style.top = `${above < 8 ? y + 18 : above}px`;
}

function hide() {
  byId('tooltip').hidden = true;
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hide();
});

// rows: [[label, value], …]; the same text is the node's name for those who cannot see it.
export function explain(node, title, rows) {
  const show = (x, y) => {
    const tip = byId('tooltip');
    tip.replaceChildren(html('strong', {}, title),
      html('dl', {}, ...rows.flatMap(([label, value]) => [html('dt', {}, label), html('dd', {}, value)])));
    tip.hidden = false;
    place(tip, x, y);
  };
  node.setAttribute('aria-label', `${title}: ${rows.map(([label, value]) => `${label} ${value}`).join(', ')}`);
  node.addEventListener('mousemove', (event) => show(event.clientX, event.clientY));
  node.addEventListener('mouseleave', hide);
  node.addEventListener('focus', () => {
    const box = node.getBoundingClientRect();
    show(box.right, box.top);
  });
  node.addEventListener('blur', hide);
}
