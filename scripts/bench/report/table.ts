/** Columns as wide as their widest cell; the first one to the left, figures to the right. */
export function textTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headers.map((header, c) => Math.max(header.length, ...rows.map((row) => (row[c] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, c) => (c === 0 ? (cells[c] ?? '').padEnd(width) : (cells[c] ?? '').padStart(width)))
      .join('  ')
      .trimEnd();
  return [line(headers), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** `0.183 (0.147–0.201)` */
export const spreadText = (
  { median, least, most }: { readonly median: number; readonly least: number; readonly most: number },
  digits = 3,
): string => `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
