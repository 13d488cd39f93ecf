import { signal } from "@preact/signals";
import type { KeyTable } from "./keys";
import { Dialog } from "./panels/Dialog";

const open = signal(false);

/** Show or hide the list of keys. */
export function toggleKeyList(): void {
  open.value = !open.value;
}

const NAMES: Record<string, string> = { " ": "space", Enter: "⏎", ArrowLeft: "←", ArrowRight: "→" };

/** What every key does on this page. */
export function KeyList({ tables }: { tables: readonly KeyTable[] }) {
  if (!open.value) return null;
  return (
    <Dialog
      title="Keys"
      close={() => {
        open.value = false;
      }}
    >
      <div class="key-list">
        {tables.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys
                .filter(({ does }) => does !== "")
                .map(({ key, does }) => (
                  <div key={key}>
                    <dt>
                      <kbd>{NAMES[key] ?? key.toUpperCase()}</kbd>
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
