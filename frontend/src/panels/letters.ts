/** A, B, ... Z, then numbers: the names of picked examples. */
export function letter(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}
