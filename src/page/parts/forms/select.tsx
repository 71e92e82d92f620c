import type { ComponentChildren } from "preact";
import { Labelled } from "./field.tsx";

interface Options<Value extends string> {
  readonly value: Value;
  /** Values and their words, in order. */
  readonly options: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
}

function optionsOf(options: readonly (readonly [string, string])[]) {
  return options.map(([value, text]) => (
    <option key={value} value={value}>
      {text}
    </option>
  ));
}

/** One of several, with a label above it. */
export function Select<Value extends string>({
  label,
  hint,
  error,
  value,
  options,
  onChange,
}: Options<Value> & {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string | null;
}) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(control) => (
        <select
          {...control}
          class="input"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value as Value)}
        >
          {optionsOf(options)}
        </select>
      )}
    </Labelled>
  );
}

/** The same among a list's tools: its label is for screen readers. */
export function ToolSelect<Value extends string>({
  label,
  value,
  options,
  onChange,
}: Options<Value> & { readonly label: string }) {
  return (
    <select
      class="input"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as Value)}
    >
      {optionsOf(options)}
    </select>
  );
}

/** Two to four that change what is shown at once: html, text, source. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: Options<Value> & { readonly label: string }) {
  return (
    <fieldset class="choice" aria-label={label}>
      {options.map(([one, text]) => (
        <button key={one} type="button" aria-pressed={one === value} onClick={() => onChange(one)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}
