// Reads /api. The cookie that the page was opened with goes along by itself.

const TIMEOUT_MS = 8000;
const MAX_ROWS = 5000; // of one list; what the page shows at most

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status; // 0 = no answer
  }
}

async function get(path, query = {}) {
  const text = new URLSearchParams(query).toString();
  let answer;
  try {
    answer = await fetch(text ? `${path}?${text}` : path, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      cache: 'no-store',
    });
    if (answer.ok) return await answer.json();
  } catch (error) {
    throw new ApiError(0, error.message);
  }
  const body = await answer.json().catch(() => ({}));
  throw new ApiError(answer.status, body.error?.message ?? answer.statusText);
}

// Every page of a list, up to MAX_ROWS: {first page's fields, [field]: rows, more: whether some are left out}.
async function all(path, field, pageSize) {
  const rows = [];
  let first = null;
  let token = '';
  do {
    const page = await get(path, { page_size: pageSize, page_token: token });
    first ??= page;
    rows.push(...page[field]);
    token = page.next_page_token;
  } while (token && rows.length < MAX_ROWS);
  return { ...first, [field]: rows, more: token !== '' };
}

const sweepPath = (name) => `/api/sweeps/${encodeURIComponent(name)}`;
const curvesPath = (trial) => `/api/trials/${encodeURIComponent(trial)}/curves`;

export const listSweeps = () => all('/api/sweeps', 'sweeps', 1000);
export const listTrials = (sweep) => all(`${sweepPath(sweep)}/trials`, 'trials', 1000);
export const getFront = (sweep) => all(`${sweepPath(sweep)}/front`, 'points', 1000);
export const listCurves = (trial) => get(curvesPath(trial));
export const getCurve = (trial, metric) =>
  all(`${curvesPath(trial)}/${encodeURIComponent(metric)}`, 'points', 5000);
