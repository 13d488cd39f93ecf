import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { HeardStream, ListenState } from "../generated/records";
import { Icon } from "../icons";
import { mayAct } from "../link/acting";
import { lastAnswer } from "../link/commands";
import { ask } from "../link/http";
import { shelves } from "../link/state";
import { Dialog } from "../panels/Dialog";
import { FoundSource } from "./FoundSource";

export const listenOpen = signal(false);

/** Tell the console to listen, to go on, or to save; what it says is shown where every answer is. */
export async function tellEars(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<string> {
  const reply = await ask(`/api/setup/${path}`, { method, body });
  const { accepted, text } = reply.body;
  if (!accepted || path === "source")
    lastAnswer.value = { name: "Tracker", answer: { accepted, text, frame_number: null }, atMs: performance.now() };
  return text;
}

const portOf = (address: string) => address.slice(address.lastIndexOf(":") + 1);

const steer = (order: object) => void tellEars("PUT", "listen", order);

/** What arrives on a port, the moves that find its axes and signs, and the source that reads it. */
export function ListenDialog() {
  const state = shelves.listen.value[""];
  if (!listenOpen.value || !state) return null;
  const close = () => {
    listenOpen.value = false;
    if (state.listening) void tellEars("DELETE", "listen");
  };
  return (
    <Dialog title="Find a tracker" close={close}>
      <Where state={state} />
      {state.problem && (
        <p class="check-problem" role="alert">
          <Icon mood="warning" /> {state.problem}
        </p>
      )}
      {state.port > 0 && <Streams state={state} />}
      {state.chosen >= 0 && <Moves state={state} />}
      {state.block && <FoundSource block={state.block} withMoves={state.with_moves} />}
    </Dialog>
  );
}

function Where({ state }: { state: ListenState }) {
  const sources = shelves.stage.value[""]?.sources ?? [];
  const [port, setPort] = useState(String(state.port || 40000));
  const [group, setGroup] = useState("");
  const name = sources.find(({ address }) => portOf(address) === port)?.name ?? "tracker";
  const start = () => void tellEars("POST", "listen", { port: Number(port), group: group || null, name });
  return (
    <section class="setup-part" aria-label="Where">
      <p class="hint">
        Let the tracker send to this machine and give its UDP port. A port of this stage is heard as the stage hears it.
      </p>
      <form
        class="setup-touch"
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <label>
          Port
          <input
            aria-label="Port"
            inputMode="numeric"
            list="ports"
            value={port}
            onInput={(event) => setPort(event.currentTarget.value)}
          />
        </label>
        <datalist id="ports">
          {sources.map((source) => (
            <option key={source.name} value={portOf(source.address)}>
              {source.name}
            </option>
          ))}
        </datalist>
        <label>
          Multicast group
          <input
            aria-label="Multicast group"
            placeholder="none"
            value={group}
            onInput={(event) => setGroup(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={!mayAct.value || !Number(port)}>
          {state.listening ? "Listen anew" : "Listen"}
        </button>
        {state.listening && (
          <button type="button" disabled={!mayAct.value} onClick={() => void tellEars("DELETE", "listen")}>
            Stop
          </button>
        )}
      </form>
    </section>
  );
}

function Streams({ state }: { state: ListenState }) {
  return (
    <section class="setup-part" aria-label="What arrives">
      <h3>{state.listening ? `Listening to ${state.where}` : `What arrived at ${state.where}`}</h3>
      {state.streams.length === 0 && (
        <p class="hint">
          Nothing that is a tracker's. Check address and port at the tracker, its cable, and this machine's firewall.
        </p>
      )}
      <ul class="heard-streams">
        {state.streams.map((stream, number) => (
          <StreamRow
            key={`${stream.sender} ${stream.protocol} ${stream.id}`}
            stream={stream}
            chosen={number === state.chosen}
            live={state.listening && !state.step}
          />
        ))}
      </ul>
      {state.unknown.map((line) => (
        <p class="hint" key={line}>
          {line}
        </p>
      ))}
    </section>
  );
}

function StreamRow({ stream, chosen, live }: { stream: HeardStream; chosen: boolean; live: boolean }) {
  const { sender, protocol, id } = stream;
  return (
    <li data-stream={`${protocol} ${id}`}>
      <label>
        <input
          type="radio"
          name="stream"
          checked={chosen}
          disabled={!live || !mayAct.value}
          onChange={() => steer({ do: "choose", sender, protocol, id })}
        />
        <b>{stream.title}</b>
      </label>
      {stream.told.map((line) => (
        <p class="aside number" key={line}>
          {line}
        </p>
      ))}
      {stream.notes.map((line) => (
        <p class="warn" key={line}>
          <Icon mood="warning" /> {line}
        </p>
      ))}
    </li>
  );
}

function Moves({ state }: { state: ListenState }) {
  return (
    <section class="setup-part" aria-label="Moves">
      <h3>Axes and signs, from six moves</h3>
      <ol class="heard-moves">
        {state.steps.map((step) => (
          <li key={step} aria-current={step === state.step ? "step" : undefined}>
            {state.made.includes(step) && <Icon mood="good" />} {step}
          </li>
        ))}
      </ol>
      {state.step ? (
        <p class="heard-asked" aria-live="polite">
          {state.words}. Stand still before and after it.
        </p>
      ) : (
        <p class="hint">Somebody at the tracker makes each move when it is asked for.</p>
      )}
      {state.tried && <p class="aside">{state.tried}</p>}
      {state.seen.map((line) => (
        <p class="aside" key={line}>
          {line}
        </p>
      ))}
      {state.problems.map((line) => (
        <p class="check-problem" key={line}>
          <Icon mood="warning" /> {line}
        </p>
      ))}
      <div class="setup-foot">
        {state.step ? (
          <>
            <Order order="done" words="Made" />
            <Order order="skip" words="Leave it out" />
            <Order order="stop" words="Stop" />
          </>
        ) : (
          <Order
            order="moves"
            words={state.with_moves ? "Ask for the moves again" : "Ask for the moves"}
            off={!state.listening}
          />
        )}
      </div>
    </section>
  );
}

function Order({ order, words, off = false }: { order: string; words: string; off?: boolean }) {
  return (
    <button type="button" disabled={!mayAct.value || off} onClick={() => steer({ do: order })}>
      {words}
    </button>
  );
}
