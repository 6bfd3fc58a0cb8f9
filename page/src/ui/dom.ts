/** Making elements: the page's only "framework". */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

/**
 * Make an element.
 *
 * @param attributes A boolean sets or leaves out the attribute; null and undefined leave it out.
 * @param children Elements and texts; what is null or false is left out.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child instanceof Node || Boolean(child)));
  return element;
}

/** Make a button with what it does. */
export function button(attributes: Attributes, act: () => void, ...children: Child[]): HTMLButtonElement {
  const element = el("button", { type: "button", ...attributes }, ...children);
  element.addEventListener("click", act);
  return element;
}

/** Make a choice of several options; `act` is told the value that was chosen. */
export function choice(
  attributes: Attributes,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  act: (value: string) => void,
): HTMLSelectElement {
  const made = options.map(([value, text]) => el("option", { value, selected: value === chosen }, text));
  const element = el("select", attributes, ...made);
  element.addEventListener("change", () => act(element.value));
  return element;
}

/** Make a row of radio buttons that look like one switch. */
export function segmented(
  name: string,
  legend: string,
  options: readonly (readonly [value: string, text: string, hint?: string])[],
  chosen: string,
  act: (value: string) => void,
): HTMLFieldSetElement {
  const made = options.map(([value, text, hint]) => {
    const input = el("input", { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => act(value));
    return el("label", { title: hint }, input, el("span", {}, text));
  });
  return el("fieldset", { class: "segmented" }, el("legend", {}, legend), el("div", {}, ...made));
}

let made = 0;

/** A name that no other element has, to tie labels and groups together. */
export function freshName(stem: string): string {
  made += 1;
  return `${stem}-${made}`;
}
