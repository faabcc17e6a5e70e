/** A short word about what was just done or refused, at the edge of the page. */
export type Toast = { words: string; error: boolean; description?: string; duration?: number };

let show: ((toast: Toast) => void) | null = null;
const waiting: Toast[] = [];

function say(toast: Toast): void {
  if (show) show(toast);
  else waiting.push(toast);
}

/** Says that something was done. */
export function toast(words: string): void {
  say({ words, error: false });
}

toast.error = (words: string, more: Pick<Toast, "description" | "duration"> = {}): void => {
  say({ words, error: true, ...more });
};

/** Whoever shows toasts hears of all of them, also of those from before. Returns how to stop it. */
export function onToast(listener: (toast: Toast) => void): () => void {
  show = listener;
  for (const each of waiting.splice(0)) listener(each);
  return () => {
    show = null;
  };
}
