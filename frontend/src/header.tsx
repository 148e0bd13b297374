/** The head of the page: which run this is, what it is given, and what concerns the whole page. */

import { written } from "./paint/columns";
import { KeepMenu } from "./panels/keep";
import { HelpButton } from "./panels/help";
import type { Side } from "./side";
import type { ConditionAbout } from "./transport/transport";
import { Button } from "./ui/button";
import { Icon } from "./ui/icons";
import { theme, turnOver } from "./ui/theme";
import { Tip } from "./ui/tip";

export function Header({ side }: { side: Side }) {
  const { about } = side;
  const dark = theme.value === "dark";
  return (
    <header class="top">
      <span class="wordmark">Elbowroom</span>
      <h1 class="of small">
        <Tip words={about.model} formula={about.formula}>
          <span class="cut">{about.run}</span>
        </Tip>
        <span class="muted cut">
          {about.data}, {about.split} examples
        </span>
      </h1>
      <span class="grow" />
      {about.condition && <Chooser side={side} condition={about.condition} />}
      <KeepMenu side={side} />
      <HelpButton side={side} />
      <Button look="quiet icon" label={dark ? "Light colours" : "Dark colours"} onPress={turnOver}>
        <Icon name={dark ? "sun" : "moon"} />
      </Button>
    </header>
  );
}

/** What a conditional model is given: a class, or a quantity. */
export function Chooser({ side, condition }: { side: Side; condition: ConditionAbout }) {
  const { name, choices, low = 0, high = 1 } = condition;
  const now = side.condition.value ?? condition.default;
  return (
    <span class="label">
      <Tip
        words={`This model is told the ${name} of what it makes. Change it, and it makes the same code with another ${name}.`}
      >
        {name}
      </Tip>
      {choices ? (
        <select
          class="field"
          aria-label={name}
          value={String(now)}
          onChange={(event) => side.setCondition(Number(event.currentTarget.value))}
        >
          {choices.map((choice, i) => (
            <option key={choice} value={String(i)}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <>
          <input
            type="range"
            aria-label={name}
            min={low}
            max={high}
            step="any"
            value={now}
            onInput={(event) => side.setCondition(event.currentTarget.valueAsNumber)}
          />
          <output class="number">{written(now, (high - low) / 10)}</output>
        </>
      )}
    </span>
  );
}
