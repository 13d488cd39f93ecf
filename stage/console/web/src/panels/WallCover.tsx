import { shelves } from "../link/state";
import { coverNow } from "../show";

/** A frame round the whole page, visible across the room, while the walls do not show the picture. */
export function WallCover() {
  const cover = coverNow();
  if (cover === "") return null;
  const { show, playing } = shelves.air.value[""] ?? {};
  const words = {
    take: `TAKE ${playing?.take.split("/")[1] ?? ""}`,
    black: "BLACK",
    held: "HELD",
    pattern: `PATTERN ${show?.pattern ?? ""}`,
  };
  return (
    <div class={`cover cover-${cover}`} role="status">
      <b>{words[cover]}</b>
    </div>
  );
}
