/**
 * Measures several ways of doing one thing, in turns within one run, so that a noisy machine is noisy for all of them.
 */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Runs each side once a round, in an order that changes, and keeps what it returns: the figure of that round.
 * @param {Record<string, () => Promise<number>>} sides
 * @param {{ rounds: number, warmup?: number, rest?: number }} settings `rest`: milliseconds between two measurements
 */
export async function inTurns(sides, { rounds, warmup = 2, rest = 0 }) {
  const figures = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    for (const name of rotated(Object.keys(sides), round)) {
      const figure = await sides[name]();
      if (round >= 0) figures[name].push(figure);
      if (rest > 0) await pause(rest);
    }
  }
  return figures;
}

function rotated(names, by) {
  const at = ((by % names.length) + names.length) % names.length;
  return [...names.slice(at), ...names.slice(0, at)];
}

/** Milliseconds that `work` takes. */
export async function timed(work) {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

/** @param {readonly number[]} figures */
export function quantile(figures, part) {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

export const median = (figures) => quantile(figures, 0.5);

/**
 * A row of the table: ours against another.
 * @param {string} what
 * @param {readonly number[]} ours
 * @param {readonly number[]} other
 * @param {{ than: string, unit?: string, limit?: number, more?: boolean, most?: number }} facts `limit` of the ratio ours : other;
 * `most` of our own figure; `more` where more is better
 */
export function row(what, ours, other, { than, unit = 'ms', limit, more = false, most }) {
  const ratio = median(ours) / median(other);
  const met = (limit === undefined || (more ? ratio >= limit : ratio <= limit)) && (most === undefined || median(ours) <= most);
  const limits = [limit === undefined ? [] : `${more ? '≥' : '≤'} ${limit} ×`, most === undefined ? [] : `≤ ${most} ${unit}`].flat();
  return {
    what,
    ours: withSpread(ours, unit),
    than,
    other: withSpread(other, unit),
    ratio: `${ratio.toFixed(ratio < 0.1 ? 3 : 2)} ×`,
    limit: limits.join(', '),
    met: limits.length === 0 ? '' : met ? 'yes' : 'NO',
  };
}

/** A row with a figure of ours alone. */
export function single(what, figure, { unit = 'ms', most }) {
  const met = most === undefined ? '' : figure <= most ? 'yes' : 'NO';
  return {
    what,
    ours: `${show(figure)} ${unit}`,
    than: '',
    other: '',
    ratio: '',
    limit: most === undefined ? '' : `≤ ${most} ${unit}`,
    met,
  };
}

function withSpread(figures, unit) {
  if (figures.length < 4) return `${show(median(figures))} ${unit}`;
  return `${show(median(figures))} ${unit} (${show(quantile(figures, 0.25))}–${show(quantile(figures, 0.75))})`;
}

export function show(figure) {
  const size = Math.abs(figure);
  return size >= 100 ? figure.toFixed(0) : size >= 10 ? figure.toFixed(1) : size >= 1 ? figure.toFixed(2) : figure.toFixed(3);
}
