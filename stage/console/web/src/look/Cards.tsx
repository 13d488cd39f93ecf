import { useEffect, useRef, useState } from "preact/hooks";
import { ITEM_FIELDS } from "../generated/look_fields";
import type { LightCard, Look, WallShape } from "../generated/records";
import { give, setValue } from "../link/commands";
import { onPicture } from "../link/pictures";
import { shelves } from "../link/state";
import { WallPicture } from "../stage3d/wall_picture";
import { hexOf } from "./ColourField";
import { Field } from "./Field";

const MOST_CARDS = 32;

/** Light cards: placed with a finger on a picture of their wall, with their other values beside it. */
export function Cards({ look, base }: { look: Look; base: Look }) {
  const [chosen, setChosen] = useState("");
  const [wallChosen, setWall] = useState("");
  const walls = shelves.stage.value[""]?.walls ?? [];
  const card = look.light_cards.find(({ name }) => name === chosen) ?? look.light_cards[0];
  const wall = walls.find(({ name }) => name === (wallChosen || card?.wall)) ?? walls[0];
  if (!wall) return <p class="hint">Waiting for the stage.</p>;
  const add = () => {
    const name = freshName(look.light_cards);
    setChosen(name);
    void give("look.set", { values: { [`light_cards.${name}.wall`]: wall.name } });
  };
  const choose = (name: string) => {
    setChosen(name);
    setWall(look.light_cards.find((each) => each.name === name)?.wall ?? "");
  };
  return (
    <div class="cards">
      <div class="card-bar">
        {walls.map(({ name }) => (
          <button type="button" key={name} aria-pressed={name === wall.name} onClick={() => setWall(name)}>
            Wall {name}
          </button>
        ))}
        <button type="button" class="card-add" disabled={look.light_cards.length >= MOST_CARDS} onClick={add}>
          Add a card
        </button>
      </div>
      <CardTable wall={wall} cards={look.light_cards} chosen={card?.name ?? ""} choose={choose} />
      <div class="card-bar" role="tablist" aria-label="Light cards">
        {look.light_cards.map(({ name, colour, on }) => (
          <button type="button" key={name} role="tab" aria-selected={name === card?.name} onClick={() => choose(name)}>
            <span class="swatch" style={{ background: on ? hexOf(colour) : "transparent" }} />
            {name}
          </button>
        ))}
        {look.light_cards.length === 0 && <span class="hint">No light cards: add one, then drag it into place.</span>}
      </div>
      {card && (
        <div class="fields" key={card.name}>
          {(ITEM_FIELDS.light_cards ?? []).map((field) =>
            field.path === "wall" ? (
              <WallChoice key="wall" card={card} walls={walls} />
            ) : field.path === "centre" || field.path === "size" ? null : (
              <Field key={field.path} field={field} look={look} base={base} of={`light_cards.${card.name}`} />
            ),
          )}
          <Place card={card} />
          <button
            type="button"
            class="delete"
            onClick={() => void give("look.set", { values: { [`light_cards.${card.name}.removed`]: true } })}
          >
            Remove card {card.name}
          </button>
        </div>
      )}
    </div>
  );
}

function freshName(cards: LightCard[]): string {
  const taken = new Set(cards.map(({ name }) => name));
  let number = cards.length + 1;
  while (taken.has(`card${number}`)) number += 1;
  return `card${number}`;
}

function WallChoice({ card, walls }: { card: LightCard; walls: WallShape[] }) {
  const path = `light_cards.${card.name}.wall`;
  return (
    <div class="field" data-path={path}>
      <span class="field-label">
        <span class="no-dot" />
        On wall
      </span>
      <span class="choice">
        {walls.map(({ name }) => (
          <button type="button" key={name} aria-pressed={name === card.wall} onClick={() => setValue(path, name)}>
            {name}
          </button>
        ))}
      </span>
    </div>
  );
}

const SHARE = 100;

/** The card's position and size in per cent of the wall, for typing where a finger is too coarse. */
function Place({ card }: { card: LightCard }) {
  const path = `light_cards.${card.name}`;
  const parts: [string, "centre" | "size", 0 | 1][] = [
    ["Centre across", "centre", 0],
    ["Centre down", "centre", 1],
    ["Width", "size", 0],
    ["Height", "size", 1],
  ];
  return (
    <div class="field-place">
      {parts.map(([label, key, index]) => (
        <label key={label} data-path={`${path}.${key}`}>
          {label}
          <input
            type="number"
            min={0}
            max={SHARE}
            step={1}
            value={Math.round(card[key][index] * SHARE)}
            onChange={(event) => {
              const pair = [...card[key]];
              pair[index] = Math.min(1, Math.max(0, Number(event.currentTarget.value) / SHARE));
              setValue(`${path}.${key}`, pair);
            }}
          />
          %
        </label>
      ))}
    </div>
  );
}

interface TableProps {
  wall: WallShape;
  cards: LightCard[];
  chosen: string;
  choose: (name: string) => void;
}

/** The wall as it is now, with its cards on it: drag a card to move it, its corner to size it. */
function CardTable({ wall, cards, chosen, choose }: TableProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const table = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const picture = new WallPicture(element, wall.name, wall.size_px);
    return onPicture((newest, { output }) => {
      const shape = shelves.stage.peek()[""]?.outputs.find(({ name }) => name === output);
      if (shape) picture.show(newest, shape);
    });
  }, [wall]);
  const [width, height] = wall.size_px;
  return (
    <div
      class="card-table"
      ref={table}
      style={{ aspectRatio: `${width} / ${height}`, width: `min(100%, ${(TABLE_VH * width) / height}vh)` }}
    >
      <canvas ref={canvas} class="card-wall" data-wall={wall.name} />
      {cards
        .filter((card) => card.wall === wall.name)
        .map((card) => (
          <CardMark key={card.name} card={card} table={table} chosen={card.name === chosen} choose={choose} />
        ))}
    </div>
  );
}

/** The greatest height of the wall's picture, in hundredths of the window. */
const TABLE_VH = 26;

interface MarkProps {
  card: LightCard;
  table: { current: HTMLDivElement | null };
  chosen: boolean;
  choose: (name: string) => void;
}

type Pair = [number, number];

interface Grip {
  what: "centre" | "size";
  x: number;
  y: number;
  from: Pair;
}

const SMALLEST = 0.01;
const KEY_STEP = 0.01;
const STEP_OF_KEY: Record<string, Pair> = {
  ArrowLeft: [-KEY_STEP, 0],
  ArrowRight: [KEY_STEP, 0],
  ArrowUp: [0, -KEY_STEP],
  ArrowDown: [0, KEY_STEP],
};

function CardMark({ card, table, chosen, choose }: MarkProps) {
  const grip = useRef<Grip | null>(null);
  const [held, setHeld] = useState<{ centre: Pair; size: Pair } | null>(null);
  useEffect(() => {
    if (!grip.current) setHeld(null);
  }, [card.centre[0], card.centre[1], card.size[0], card.size[1]]);
  const { centre, size } = held ?? card;
  const send = (what: "centre" | "size", pair: Pair) => {
    setHeld({ centre, size, [what]: pair });
    setValue(`light_cards.${card.name}.${what}`, pair);
  };
  const take = (event: PointerEvent, what: "centre" | "size") => {
    event.stopPropagation();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    grip.current = { what, x: event.clientX, y: event.clientY, from: what === "centre" ? centre : size };
    choose(card.name);
  };
  const move = (event: PointerEvent) => {
    const { current } = grip;
    const box = table.current?.getBoundingClientRect();
    if (!current || !box) return;
    const scale = current.what === "size" ? 2 : 1;
    const right = (scale * (event.clientX - current.x)) / box.width;
    const down = (scale * (event.clientY - current.y)) / box.height;
    const least = current.what === "size" ? SMALLEST : 0;
    send(current.what, [within(current.from[0] + right, least), within(current.from[1] + down, least)]);
  };
  const letGo = () => {
    grip.current = null;
  };
  const press = (event: KeyboardEvent) => {
    const by = STEP_OF_KEY[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    send("centre", [within(centre[0] + by[0], 0), within(centre[1] + by[1], 0)]);
  };
  return (
    <button
      type="button"
      class={`card-mark card-${card.shape}${chosen ? " is-chosen" : ""}${card.on ? "" : " is-off"}`}
      aria-label={`Light card ${card.name}`}
      data-card={card.name}
      style={{
        left: `${centre[0] * 100}%`,
        top: `${centre[1] * 100}%`,
        width: `${size[0] * 100}%`,
        height: `${size[1] * 100}%`,
        transform: `translate(-50%, -50%) rotate(${card.turn_deg}deg)`,
        "--card": hexOf(card.colour),
      }}
      onPointerDown={(event) => take(event, "centre")}
      onPointerMove={move}
      onPointerUp={letGo}
      onPointerCancel={letGo}
      onKeyDown={press}
    >
      <b>{card.name}</b>
      <span
        class="card-corner"
        onPointerDown={(event) => take(event, "size")}
        onPointerMove={move}
        onPointerUp={letGo}
        onPointerCancel={letGo}
      />
    </button>
  );
}

function within(value: number, least: number): number {
  return Number(Math.min(1, Math.max(least, value)).toFixed(4));
}
