/** Names of units, kept by the browser for a page that no server keeps them for. */

type Names = Record<string, string>;

const PREFIX = "elbowroom:names:";

/** The names that were given to a run's units before, by their labels. */
export function kept(run: string): Names {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + run) ?? "{}") as Names;
  } catch {
    return {};
  }
}

/** Keep a name, "" for none; false where the browser keeps nothing, as some do for files. */
export function keep(run: string, label: string, name: string): boolean {
  try {
    localStorage.setItem(PREFIX + run, JSON.stringify({ ...kept(run), [label]: name }));
    return true;
  } catch {
    return false;
  }
}
