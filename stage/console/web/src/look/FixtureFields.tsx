import { ITEM_FIELDS } from "../generated/look_fields";
import type { FixtureLevel, FixtureState, Look } from "../generated/records";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { hexOf } from "./ColourField";
import { Field } from "./Field";
import type { Group } from "./groups";

/** The stage's lamps: master, lamps out, follow, released to the lighting desk; each lamp following or fixed. */
export function FixtureFields({ group, look, base }: { group: Group; look: Look; base: Look }) {
  const lights = shelves.lights.value[""];
  const shapes = shelves.stage.value[""]?.fixtures ?? [];
  const fixed = new Map(look.fixtures.fixed.map((level) => [level.name, level]));
  const names = [...new Set([...shapes.map(({ name }) => name), ...fixed.keys()])];
  const released = shelves.air.value[""]?.show.lights_released === true;
  return (
    <div class="fields">
      {group.fields.map((field) => (
        <Field key={field.path} field={field} look={look} base={base} />
      ))}
      <div class="field">
        <span class="field-label">
          <span class="no-dot" />
          Released to the lighting desk
        </span>
        <button
          type="button"
          class="toggle"
          aria-pressed={released}
          onClick={() => void give("lights.release", { on: !released })}
        >
          {released ? "yes" : "no"}
        </button>
      </div>
      {lights && lights.desk.length > 0 && (
        <p class="hint warn">
          {lights.desk_name || "A lighting desk"} controls universe {lights.desk.join(", ")}: settings here apply once
          it is released.
        </p>
      )}
      {lights?.error && <p class="hint warn">{lights.error}</p>}
      {names.length === 0 && <p class="hint">This stage file has no lamps.</p>}
      <div class="lamps">
        {names.map((name) => (
          <Lamp
            key={name}
            name={name}
            now={lights?.fixtures.find((each) => each.name === name)}
            fixed={fixed.get(name)}
            look={look}
            base={base}
          />
        ))}
      </div>
    </div>
  );
}

interface LampProps {
  name: string;
  now: FixtureState | undefined;
  fixed: FixtureLevel | undefined;
  look: Look;
  base: Look;
}

/** One lamp: its present light, and whether it is fixed or follows the set. */
function Lamp({ name, now, fixed, look, base }: LampProps) {
  const path = `fixtures.fixed.${name}`;
  const fix = () => {
    const largest = Math.max(...(now?.colour ?? [0]));
    const colour = now && largest > 0 ? now.colour.map((part) => part / largest) : [1, 1, 1];
    const values = { [`${path}.colour`]: colour, [`${path}.level`]: now?.level ?? 1 };
    void give("look.set", { values });
  };
  return (
    <fieldset data-fixture={name}>
      <legend>
        <span class="swatch" style={{ background: now ? hexOf(now.colour) : "transparent" }} />
        {name}
        {now && (
          <small>
            {" "}
            {now.kind} · {now.universe}/{now.address} · {Math.round(now.level * 100)} %
          </small>
        )}
      </legend>
      <div class="lamp-buttons">
        <button
          type="button"
          aria-pressed={!fixed}
          onClick={() => fixed && void give("look.set", { values: { [`${path}.removed`]: true } })}
        >
          follows
        </button>
        <button type="button" aria-pressed={fixed !== undefined} onClick={() => !fixed && fix()}>
          fixed
        </button>
        <button type="button" onClick={() => void give("lights.identify", { fixture: name })}>
          Identify
        </button>
      </div>
      {fixed &&
        (ITEM_FIELDS["fixtures.fixed"] ?? []).map((field) => (
          <Field key={field.path} field={field} look={look} base={base} of={path} />
        ))}
    </fieldset>
  );
}
