/** Keys for the player in use, wherever on the page they are pressed, unless what has the focus wants them itself. */

const WANTS_SPACE = "button, select, textarea, summary, a, input:not([type=range])";
const WANTS_ARROWS = "select, textarea, input:not(.position)";

/** What keys do to the recording in use. */
export interface Keyed {
  toggle: () => void;
  /** Seconds forward, or back. */
  move: (seconds: number) => void;
  /** Factor: above 1 nearer. */
  zoom: (factor: number) => void;
}

let current: Keyed | null = null;

/** Make a recording the one that keys are for; null: none. */
export function useKeys(keyed: Keyed | null): void {
  current = keyed;
}

/** Listen to keys; called once. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (key) => {
    const target = key.target as Element;
    if (!current || key.ctrlKey || key.metaKey || key.altKey) return;
    if (key.key === " " && !target.closest(WANTS_SPACE)) current.toggle();
    else if (key.key === "ArrowLeft" && !target.closest(WANTS_ARROWS)) current.move(-1);
    else if (key.key === "ArrowRight" && !target.closest(WANTS_ARROWS)) current.move(1);
    else if ((key.key === "+" || key.key === "=") && !target.closest("textarea")) current.zoom(2);
    else if (key.key === "-" && !target.closest("textarea")) current.zoom(0.5);
    else return;
    key.preventDefault();
  });
}
