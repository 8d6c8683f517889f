// Numbers as people read them. Absent values are an en dash.

export const NONE = '–';

export function percent(share) {
  if (share === undefined || share === null) return NONE;
  const value = share * 100;
  const digits = value >= 99.95 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return `${value.toFixed(digits)} %`;
}

export function score(value) {
  if (value === undefined || value === null) return NONE;
  return Math.abs(value) >= 1000 ? value.toPrecision(5) : value.toFixed(4);
}

export function plain(value) {
  if (value === undefined || value === null) return NONE;
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) return value.toExponential(1);
  return String(Number(value.toPrecision(6)));
}

export function rate(examplesPerSecond) {
  if (!examplesPerSecond) return NONE;
  return examplesPerSecond >= 100 ? examplesPerSecond.toFixed(0) : examplesPerSecond.toFixed(1);
}

export function duration(seconds) {
  if (!seconds || seconds < 0) return NONE;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return `${minutes} min ${whole % 60} s`;
  return `${whole} s`;
}

// What sets the point apart within its method: "10.0 %" where a density was asked for, else "λ 2000", then what else
// differs: "10.0 %, teacher none". Nothing for one dense setting.
export function setting(trial) {
  const parts = [];
  if (trial.density !== undefined && trial.density !== null) parts.push(percent(trial.density));
  else if (trial.lambda !== undefined && trial.lambda !== null) parts.push(`λ ${plain(trial.lambda)}`);
  if (trial.variant) parts.push(trial.variant);
  return parts.join(', ') || NONE;
}

export function method(name) {
  return name.replaceAll('_', ' ');
}
