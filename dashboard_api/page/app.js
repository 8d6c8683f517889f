// Asks the coordinator once a second and shows what it says.
import { listSweeps } from './api.js';
import { byId, setText } from './dom.js';
import { chosenSweep, showSweeps } from './sweep_list.js';
import { SweepView } from './sweep_view.js';

const POLL_MS = 1000;

const view = new SweepView();
let timer = 0;
let running = false;
let again = false;
let lastAnswer = null;

function showConnection(state, text) {
  const node = byId('connection');
  node.dataset.state = state;
  setText(node, text);
}

function showOnly(id) {
  for (const part of ['empty', 'missing', 'sweep']) byId(part).hidden = part !== id;
}

async function refresh() {
  const list = await listSweeps();
  const name = chosenSweep() ?? list.sweeps[0]?.name;
  const sweep = list.sweeps.find((candidate) => candidate.name === name);
  showSweeps(list, name);
  document.title = sweep ? `${sweep.name} · Sparsweep` : 'Sparsweep';
  showOnly(sweep ? 'sweep' : list.sweeps.length ? 'missing' : 'empty');
  if (sweep) await view.refresh(sweep);
  lastAnswer = new Date();
  if (list.serving) showConnection('live', 'Live');
  else showConnection('waiting', 'Connected; the coordinator accepts no writes now');
}

function explainFailure(error) {
  if (error.status === 401) {
    showConnection('lost', 'The token is not valid any more: open the address that sparsweep printed');
  } else if (error.status === 0) {
    const since = lastAnswer ? ` Showing the state of ${lastAnswer.toLocaleTimeString()}.` : '';
    showConnection('lost', `Connection lost, trying again.${since}`);
  } else if (error.status !== undefined) {
    showConnection('lost', `The coordinator answered: ${error.message}`);
  } else {
    throw error;
  }
}

async function poll() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  clearTimeout(timer);
  try {
    await refresh();
  } catch (error) {
    explainFailure(error);
  } finally {
    running = false;
    // A hidden page asks again once it is seen.
    if (!document.hidden) timer = setTimeout(poll, again ? 0 : POLL_MS);
    again = false;
  }
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) poll();
});
window.addEventListener('hashchange', poll);
poll();
