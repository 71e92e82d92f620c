import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { words } from "../../words/dictionary.ts";
import { said } from "../signs/said.tsx";

interface Labelled {
  readonly label: string;
  /** What belongs into it, and what becomes of it. */
  readonly hint?: ComponentChildren;
  /** What is wrong with it now; null: nothing. */
  readonly error?: string | null;
  readonly optional?: boolean;
}

interface Control {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": "true" | undefined;
}

/** A control with its label, its hint and what is wrong with it. `children` draws the control with the attributes given. */
export function Labelled({
  label,
  hint,
  error,
  optional,
  children,
}: Labelled & { readonly children: (control: Control) => ComponentChildren }) {
  const id = useId();
  const described = [hint === undefined ? "" : `${id}-hint`, error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const control: Control = {
    id,
    "aria-describedby": described === "" ? undefined : described,
    "aria-invalid": error ? "true" : undefined,
  };
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <small>{words().common.optional}</small>}
      </label>
      {children(control)}
      {hint !== undefined && (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {error && (
        <div class="field-error" id={`${id}-error`} role="alert">
          {said(error)}
        </div>
      )}
    </div>
  );
}

/** Several controls under one name, as `Labelled` has one. */
export function Group({
  label,
  hint,
  error,
  children,
}: Omit<Labelled, "optional"> & { readonly children: ComponentChildren }) {
  const id = useId();
  return (
    <fieldset class="field" aria-describedby={hint === undefined && !error ? undefined : id}>
      <legend class="field-label">{label}</legend>
      {children}
      <div id={id}>
        {hint !== undefined && <div class="field-hint">{hint}</div>}
        {error && (
          <div class="field-error" role="alert">
            {said(error)}
          </div>
        )}
      </div>
    </fieldset>
  );
}

type Input = Omit<JSX.IntrinsicElements["input"], "onInput" | "value" | "label" | "class">;

/** One line of text; further attributes are the input's own. */
export function Field({
  label,
  hint,
  error,
  optional,
  value,
  onInput,
  ...input
}: Labelled & Input & { readonly value: string; readonly onInput: (value: string) => void }) {
  return (
    <Labelled label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <input
          type="text"
          {...input}
          {...control}
          class="input"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

type Area = Omit<JSX.IntrinsicElements["textarea"], "onInput" | "value" | "label" | "class">;

/** Several lines. `isCode`: in letters of one width, and not corrected by the browser. */
export function TextArea({
  label,
  hint,
  error,
  optional,
  value,
  onInput,
  isCode,
  ...area
}: Labelled & Area & { readonly value: string; readonly onInput: (value: string) => void; readonly isCode?: boolean }) {
  return (
    <Labelled label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <textarea
          spellcheck={!isCode}
          {...area}
          {...control}
          class={`input ${isCode ? "code" : ""}`}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

/** A search above a list: its label is for screen readers, the placeholder for the others. */
export function SearchField({
  label,
  value,
  onInput,
}: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}) {
  return (
    <input
      class="input grow"
      type="search"
      aria-label={label}
      placeholder={label}
      value={value}
      spellcheck={false}
      autocapitalize="off"
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}

/** A box to tick. */
export function Check({
  label,
  hint,
  checked,
  onChange,
}: {
  readonly label: ComponentChildren;
  /** What it does, under it. */
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={checked}
          aria-describedby={hint === undefined ? undefined : id}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      {hint !== undefined && (
        <div class="field-hint" id={id}>
          {hint}
        </div>
      )}
    </>
  );
}
