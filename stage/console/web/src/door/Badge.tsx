import { useState } from "preact/hooks";
import type { Operator } from "../generated/records";
import { shelves, ticks } from "../link/state";
import { Dialog } from "../panels/Dialog";
import { duration } from "../words";
import { isViewer, me, signOut, takeName } from "./session";

const NS_PER_S = 1e9;
const LONGEST_NAME = 40;

/** Who is using this page, whether they can only view, and how many others are here; a tap lists them. */
export function Badge() {
  const [open, setOpen] = useState(false);
  const people = shelves.operators.value[""]?.people ?? [];
  return (
    <>
      <button
        type="button"
        class={`badge${isViewer.value ? " is-viewer" : ""}`}
        title="Who is here"
        onClick={() => setOpen(true)}
      >
        <span class="badge-name one-line">{me.value?.name || "operator"}</span>
        <small>{isViewer.value ? "VIEW ONLY" : others(people.length)}</small>
      </button>
      {open && <People people={people} close={() => setOpen(false)} />}
    </>
  );
}

function others(count: number): string {
  if (count === 0) return "";
  return count > 1 ? `${count} people here` : "only you here";
}

function People({ people, close }: { people: readonly Operator[]; close: () => void }) {
  const [name, setName] = useState(me.value?.name ?? "");
  const [problem, setProblem] = useState("");
  const save = async () => {
    const wrong = await takeName(name.trim());
    setProblem(wrong);
    if (!wrong) close();
  };
  return (
    <Dialog title="Who is here" close={close}>
      <ul class="people">
        {people.map((person) => (
          <Person key={`${person.address}/${person.name}/${person.since_ns}`} person={person} />
        ))}
      </ul>
      <form
        class="my-name"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label>
          My name
          <input value={name} maxLength={LONGEST_NAME} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={!name.trim()}>
          Save
        </button>
      </form>
      {problem && <p role="alert">{problem}</p>}
      {me.value?.needs_pin && (
        <button type="button" class="sign-out" onClick={() => void signOut()}>
          Sign out
        </button>
      )}
    </Dialog>
  );
}

function Person({ person }: { person: Operator }) {
  ticks.value;
  const nowNs = shelves.pulse.value[""]?.now_ns ?? person.since_ns;
  return (
    <li>
      <strong>{person.name}</strong>
      <span>{person.role === "viewer" ? "viewer" : "operator"}</span>
      <small>
        {person.page && `${person.page} · `}
        {person.address} · for {duration(Math.max(0, nowNs - person.since_ns) / NS_PER_S)}
      </small>
    </li>
  );
}
