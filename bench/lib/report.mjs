/** Prints figures as a table. */

const COLUMNS = ['what', 'ours', 'than', 'other', 'ratio', 'limit', 'met'];
const HEADS = {
  what: 'what',
  ours: 'jest-controller',
  than: 'against',
  other: 'its figure',
  ratio: 'ratio',
  limit: 'must reach',
  met: 'met',
};

/** @returns {string} a Markdown table */
export function table(rows) {
  const all = [HEADS, ...rows];
  const widths = COLUMNS.map((column) => Math.max(...all.map((cells) => cells[column].length)));
  const line = (cells) => `| ${COLUMNS.map((column, index) => cells[column].padEnd(widths[index])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(HEADS), rule, ...rows.map(line)].join('\n');
}

export function printTable(title, rows) {
  console.log(`\n${title}\n\n${table(rows)}`);
}
