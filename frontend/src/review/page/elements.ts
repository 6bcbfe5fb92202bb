/** Elements of the page in one line each. */

type Facts = Record<string, string | number | boolean | undefined>;

/** Makes an element; a fact that is `true` is an attribute without value, `false` none. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  facts: Facts = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** A button that says what it does, with its key beside it. */
export function action(label: string, key: string, act: () => void, facts: Facts = {}): HTMLButtonElement {
  const keys = key.split(" ").filter(Boolean);
  const shown = keys.map((one) => element("kbd", { "aria-hidden": "true" }, one));
  const made = element("button", { type: "button", ...facts }, ...shown, element("span", {}, label));
  made.addEventListener("click", act);
  return made;
}

/** A choice of one, as a row of words. */
export function choice<T extends string>(
  label: string,
  options: readonly (readonly [value: T, label: string])[],
  chosen: T,
  choose: (value: T) => void,
): HTMLFieldSetElement {
  const name = `choice-${Math.random().toString(36).slice(2)}`;
  const boxes = options.map(([value, text]) => {
    const box = element("input", { type: "radio", name, value, checked: value === chosen });
    box.addEventListener("change", () => choose(value));
    return element("label", {}, box, element("span", {}, text));
  });
  return element("fieldset", {}, element("legend", {}, label), ...boxes);
}

/** Marks the option *value* of a choice as chosen. */
export function choose(group: HTMLFieldSetElement, value: string): void {
  for (const box of group.querySelectorAll("input")) box.checked = box.value === value;
}

export function tick(label: string, checked: boolean, set: (on: boolean) => void): HTMLLabelElement {
  const box = element("input", { type: "checkbox", checked });
  box.addEventListener("change", () => set(box.checked));
  return element("label", {}, box, element("span", {}, label));
}

/** A slider with its figure; a double click puts it back. */
export function slider(
  label: string,
  range: { min: number; max: number; step: number; value: number },
  shown: (value: number) => string,
  set: (value: number) => void,
): { element: HTMLLabelElement; put: (value: number) => void } {
  const input = element("input", { type: "range", ...range });
  const figure = element("output", {}, shown(range.value));
  const tell = (): void => {
    figure.textContent = shown(input.valueAsNumber);
    input.setAttribute("aria-valuetext", figure.textContent);
  };
  const put = (value: number): void => {
    input.valueAsNumber = value;
    tell();
  };
  input.addEventListener("input", () => {
    tell();
    set(input.valueAsNumber);
  });
  input.addEventListener("dblclick", () => {
    put(range.value);
    set(range.value);
  });
  tell();
  const made = element("label", { class: "slider" }, element("span", {}, label), input, figure);
  return { element: made, put };
}
