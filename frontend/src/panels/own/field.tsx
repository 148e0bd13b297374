/** One column of a row: a number, a choice, or yes and no. */

import { useSignal } from "@preact/signals";
import { reading, written, type Placed } from "../../paint/columns";
import { exact, numberOf, refusal, stepped, unfinished } from "./typed";

interface Props {
  placed: Placed;
  values: Float32Array;
  /** The row before the change, where this column was changed. */
  from: Float32Array | null;
  /** Why the model does not take what stands here; null where it does. */
  refused: string | null;
  write(at: number, part: readonly number[]): void;
}

export function ColumnField(props: Props) {
  const { column } = props.placed;
  const Field = !column.choices
    ? NumberField
    : column.choices.length === 2
      ? EitherField
      : ChoiceField;
  return (
    <div class={props.from ? "column changed" : "column"} role="group" aria-label={column.name}>
      <span class="cut" title={column.name}>
        {column.name}
        {props.from && <small class="muted cut">was {reading(props.from, props.placed)}</small>}
      </span>
      <Field {...props} />
    </div>
  );
}

function NumberField({ placed: { column, at }, values, refused, write }: Props) {
  const { name, low, high, kind } = column;
  const wrong = useSignal<string | null>(null);
  // What is being typed, and the value that it stands beside: it is left alone until that changes.
  const typed = useSignal<{ text: string; beside: number } | null>(null);
  const step = kind === "count" ? 1 : fine(high - low);
  const value = values[at] ?? 0;
  const kept = typed.value?.beside === value ? typed.value.text : null;
  const take = (next: number): boolean => {
    wrong.value = refusal(next, kind);
    if (!wrong.peek()) write(at, [next]);
    return !wrong.peek();
  };
  const type = (text: string): void => {
    const next = numberOf(text);
    const taken = !unfinished(text) && take(next);
    typed.value = { text, beside: taken ? Math.fround(next) : value };
  };
  const byKey = (event: KeyboardEvent): void => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    typed.value = null;
    take(stepped(value, by * (event.shiftKey ? 10 : 1), step, kind));
  };
  const leave = (): void => {
    typed.value = null;
    wrong.value = null;
  };
  const words = wrong.value ?? refused;
  return (
    <>
      <input
        type="range"
        min={low}
        max={high}
        step={step}
        value={value}
        aria-label={`${name}, from ${written(low)} to ${written(high)}`}
        onInput={({ currentTarget }) => take(currentTarget.valueAsNumber)}
      />
      <input
        class="field"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={kept ?? exact(value, step)}
        aria-label={`${name}, exact`}
        aria-invalid={words !== null}
        onInput={({ currentTarget }) => type(currentTarget.value)}
        onKeyDown={byKey}
        onBlur={leave}
      />
      {words && (
        <small class="wrong" role="alert">
          {words}
        </small>
      )}
    </>
  );
}

function EitherField(props: Props) {
  const { choices, name } = props.placed.column;
  const now = chosen(props);
  return (
    <div class="segmented" role="group" aria-label={name}>
      {choices!.map((choice, i) => (
        <button
          key={choice}
          type="button"
          aria-pressed={now === i}
          onClick={() => choose(props, i)}
        >
          {choice}
        </button>
      ))}
    </div>
  );
}

function ChoiceField(props: Props) {
  const { choices, name } = props.placed.column;
  return (
    <select
      class="field"
      aria-label={name}
      value={String(chosen(props))}
      onChange={({ currentTarget }) => choose(props, Number(currentTarget.value))}
    >
      {choices!.map((choice, i) => (
        <option key={choice} value={String(i)}>
          {choice}
        </option>
      ))}
    </select>
  );
}

/** Which choice a row has. */
function chosen({ placed: { at }, values }: Props): number {
  return Math.round(values[at] ?? 0);
}

function choose({ placed: { at }, write }: Props, choice: number): void {
  write(at, [choice]);
}

/** A hundredth to a thousandth of a range, as a round number: 1, 2 or 5 times a power of ten. */
function fine(range: number): number {
  const rough = (range || 1) / 200;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((times) => times * power >= rough) ?? 10);
}
