/** Tables as text that spreadsheets read: RFC 4180, and nothing that they would run. */

export type Cell = string | number | null;

/**
 * Quote where it is needed, and end each line as the standard says.
 *
 * Text from data that begins like a formula gets an apostrophe before it: a spreadsheet would
 * otherwise run it. Numbers are numbers, negative ones too.
 */
export function csv(rows: Cell[][]): string {
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
